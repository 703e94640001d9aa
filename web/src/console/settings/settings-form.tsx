import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { saveSettings } from '../../../../shared/contract/settings.ts';
import { formatStamp } from '../../core/format.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { FieldGroup } from '../../ui/field.tsx';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useConsole } from '../console-context.ts';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { draftOf, NUMBERS, type SettingsDraft, type ShownSettings, valuesOf } from './settings-draft.ts';

const FIELDS = [...NUMBERS, 'supportContact'] as const;
const SHOWN = [...FIELDS.map((name) => `values.${name}`), 'reason'];

/** What an operator may change, saved as one version with its reason. */
export function SettingsForm({ settings }: { readonly settings: ShownSettings }) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(settings.values));
  const [reason, setReason] = useState('');
  const { deployed, freshSeconds, shorter, version } = settings;
  const saving = useAction(saveSettings, SHOWN, () => {
    void queries.invalidateQueries({ queryKey: ['get-settings'] });
    toast(say('settingsSaved', { n: freshSeconds }));
  });
  const set = (change: Partial<SettingsDraft>): void => setDraft((all) => ({ ...all, ...change }));
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void saving.run({ values: valuesOf(draft), baseVersion: version, reason: reason.trim() });
  };
  const hints = {
    resultDays: say('resultDaysHint', { n: deployed.resultDays }),
    smsDailyBudget: say('smsDailyBudgetHint', { n: deployed.smsDailyBudget }),
    batchPhotos: say('batchPhotosHint'),
    creditsLow: say('creditsLowHint'),
    supportContact: say('supportContactHint'),
  };
  const isLooked = deployed.moderation;
  return (
    <form className="panel" noValidate onSubmit={save} aria-label={say('settingsChange')}>
      <h2>{say('settingsChange')}</h2>
      <fieldset className="dialog-form form-grid" disabled={!canWrite || saving.isBusy}>
        <legend className="visually-hidden">{say('settingsChange')}</legend>
        <FieldGroup id="setting-sign-up" label={say('signUp')} hint={say('signUpHint')}>
          <ChoiceBar
            {...{ legend: say('signUp'), name: 'signUp', chosen: draft.signUp }}
            choices={[
              [true, say('signUpOpen')],
              [false, say('signUpClosed')],
            ]}
            onChoose={(signUp) => set({ signUp })}
          />
        </FieldGroup>
        <FieldGroup
          id="setting-moderation"
          label={say('moderationSetting')}
          hint={say(isLooked ? 'moderationHint' : 'moderationMissing')}
        >
          <ChoiceBar
            {...{ legend: say('moderationSetting'), name: 'moderation', chosen: draft.moderation }}
            choices={[
              [true, say('switchedOn')],
              [false, say('switchedOff')],
            ]}
            onChoose={(moderation) => set({ moderation })}
          />
        </FieldGroup>
        {FIELDS.map((name) => (
          <TextField
            key={name}
            id={`setting-${name}`}
            label={say(name)}
            hint={hints[name]}
            error={saving.errorOf(`values.${name}`)}
            value={draft[name]}
            onChange={(value) => set({ [name]: value })}
            {...(name !== 'supportContact' && { inputMode: 'numeric' as const })}
          />
        ))}
        {shorter && (
          <p className="warn-text whole-row">
            {say('resultDaysPending', { n: shorter.keptDays, time: formatStamp(shorter.fromMs, language) })}
          </p>
        )}
        {canWrite && (
          <>
            <TextField
              id="setting-reason"
              label={say('reason')}
              hint={say('reasonHint')}
              error={saving.errorOf('reason')}
              value={reason}
              onChange={setReason}
            />
            {saving.error !== null && (
              <div className="whole-row">
                <Failure error={saving.error} />
              </div>
            )}
            <div className="buttons whole-row">
              <button type="submit" className="button button-primary">
                {say('settingsSave')}
              </button>
            </div>
          </>
        )}
      </fieldset>
    </form>
  );
}
