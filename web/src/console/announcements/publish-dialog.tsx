import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { publishAnnouncement } from '../../../../shared/contract/announcements.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { describedBy, Field } from '../../ui/field.tsx';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';

const DAY_MS = 86_400_000;
const TITLES = ['titleZh', 'titleEn'] as const;
const BODIES = ['bodyZh', 'bodyEn'] as const;
const TIMES = ['startsAt', 'endsAt'] as const;
const FIELDS = [...TITLES, ...BODIES, 'startsAtMs', 'endsAtMs'];

/** 2026-03-01T09:30, as the control wants it: where this browser is. */
function localMinute(atMs: number): string {
  const at = new Date(atMs);
  return new Date(atMs - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What was typed; nothing typed is no time, which the service refuses by name. */
const timeOf = (text: string): number => (text === '' ? -1 : new Date(text).getTime());

/** From now on, for a week, unless somebody says otherwise. */
const firstValues = (nowMs: number) => ({
  ...{ titleZh: '', titleEn: '', bodyZh: '', bodyEn: '' },
  ...{ startsAt: localMinute(nowMs), endsAt: localMinute(nowMs + 7 * DAY_MS) },
});

export function PublishDialog({ onClose }: { readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const [values, setValues] = useState(() => firstValues(Date.now()));
  const [level, setLevel] = useState<'info' | 'important'>('info');
  const publishing = useAction(publishAnnouncement, FIELDS, () => {
    void queries.invalidateQueries({ queryKey: ['list-announcements'] });
    toast(say('announcementPublished'));
    onClose();
  });
  const set = (name: keyof typeof values) => (value: string) => setValues((all) => ({ ...all, [name]: value }));
  const publish = (event: FormEvent): void => {
    event.preventDefault();
    const { titleZh, titleEn, bodyZh, bodyEn, startsAt, endsAt } = values;
    void publishing.run({
      ...{ level, titleZh: titleZh.trim(), titleEn: titleEn.trim(), bodyZh: bodyZh.trim(), bodyEn: bodyEn.trim() },
      ...{ startsAtMs: timeOf(startsAt), endsAtMs: timeOf(endsAt) },
    });
  };
  return (
    <Dialog title={say('announcementNew')} onClose={onClose}>
      <form className="dialog-form form-grid" noValidate onSubmit={publish}>
        <div className="whole-row">
          <ChoiceBar
            legend={say('level')}
            name="level"
            choices={[
              ['info', say('levelInfo')],
              ['important', say('levelImportant')],
            ]}
            chosen={level}
            onChoose={setLevel}
          />
        </div>
        {TITLES.map((name) => (
          <TextField
            key={name}
            id={`announcement-${name}`}
            label={say(name)}
            hint={say('titleHint')}
            error={publishing.errorOf(name)}
            value={values[name]}
            onChange={set(name)}
          />
        ))}
        {BODIES.map((name) => {
          const frame = {
            ...{ id: `announcement-${name}`, label: say(name), hint: say('bodyHint') },
            error: publishing.errorOf(name),
          };
          return (
            <Field key={name} {...frame}>
              <textarea
                {...describedBy(frame)}
                rows={3}
                value={values[name]}
                // One paragraph: what was copied from several becomes one.
                onChange={(event) => set(name)(event.target.value.replaceAll(/\s*\n\s*/g, ' '))}
              />
            </Field>
          );
        })}
        {TIMES.map((name) => (
          <TextField
            key={name}
            id={`announcement-${name}`}
            label={say(name)}
            {...(name === 'endsAt' && { hint: say('endsAtHint') })}
            error={publishing.errorOf(`${name}Ms`)}
            value={values[name]}
            onChange={set(name)}
            type="datetime-local"
          />
        ))}
        {publishing.error !== null && (
          <div className="whole-row">
            <Failure error={publishing.error} />
          </div>
        )}
        <div className="buttons whole-row">
          <button type="submit" className="button button-primary" disabled={publishing.isBusy}>
            {say('announcementPublish')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
