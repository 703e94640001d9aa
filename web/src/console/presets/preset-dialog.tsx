import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { savePreset } from '../../../../shared/contract/presets.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import type { ConsoleMessage } from '../console-messages.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { draftOf, type Preset, type PresetDraft, savingOf } from './preset-draft.ts';

/** What is typed, what it is called in the operation, and its texts. */
const TYPED: readonly (readonly [
  name: Exclude<keyof PresetDraft, 'ground' | 'verified'>,
  path: string,
  label: ConsoleMessage,
  hint?: ConsoleMessage,
])[] = [
  ['width', 'width', 'presetWidth', 'sideHint'],
  ['height', 'height', 'presetHeight', 'sideHint'],
  ['minBytes', 'bytes.min', 'presetMinBytes'],
  ['maxBytes', 'bytes.max', 'presetMaxBytes'],
  ['fill', 'fill', 'presetFill', 'presetFillHint'],
  ['margin', 'margin', 'presetMargin', 'presetMarginHint'],
  ['source', 'source', 'presetSource', 'presetSourceHint'],
  ['sourceUrl', 'sourceUrl', 'presetUrl', 'presetUrlHint'],
];
const TEXTS = ['source', 'sourceUrl'];

interface PresetDialogProps {
  readonly preset: Preset;
  readonly name: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** Changes what a shop asks, or says that it was compared with the shop's page today. */
export function PresetDialog({ preset, name, version, onClose }: PresetDialogProps) {
  const { say } = useText();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(preset));
  const saving = useAction(savePreset, [...TYPED.map(([, path]) => path), 'reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-presets'] });
    toast(say('presetSaved'));
    onClose();
  });
  const set = (change: Partial<PresetDraft>): void => setDraft((all) => ({ ...all, ...change }));
  return (
    <ReasonDialog
      title={say('presetEditTitle', { name })}
      submit={say('presetSave')}
      action={saving}
      onSubmit={(reason) => void saving.run({ ...savingOf(preset.id, draft), baseVersion: version, reason })}
      onClose={onClose}
    >
      <div className="dialog-form form-grid">
        {TYPED.map(([field, path, label, hint]) => (
          <TextField
            key={field}
            id={`preset-${field}`}
            label={say(label)}
            hint={hint && say(hint)}
            error={saving.errorOf(path)}
            value={draft[field]}
            onChange={(value) => set({ [field]: value })}
            {...(!TEXTS.includes(field) && { inputMode: 'decimal' as const })}
          />
        ))}
      </div>
      <ChoiceBar<Preset['ground']>
        legend={say('presetGround')}
        name="ground"
        choices={[
          ['white', say('groundWhite')],
          ['scene', say('groundScene')],
        ]}
        chosen={draft.ground}
        onChoose={(ground) => set({ ground })}
      />
      <label className="check">
        <input type="checkbox" checked={draft.verified} onChange={(event) => set({ verified: event.target.checked })} />
        <span>{say('presetMark')}</span>
      </label>
      <p className="hint">{say('presetMarkHint')}</p>
    </ReasonDialog>
  );
}
