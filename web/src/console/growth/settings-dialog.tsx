import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { type getGrowth, saveGrowth } from '../../../../shared/contract/ops-growth.ts';
import { hundredthsOf, shownHundredths } from '../../core/hundredths.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';

export type GrowthSettings = z.output<typeof getGrowth.output>;

const SWITCHES = [
  ['referralOn', 'growthReferralOn'],
  ['welcomeOn', 'growthWelcomeOn'],
] as const;
const UNITS = [
  ['fen', 'growthUnitFen'],
  ['credits', 'growthUnitCredits'],
] as const;
/** What has a hint is kept in hundredths of what is typed, and the hint says within what. */
const NUMBERS = [
  ['commissionBp', 'growthBp', 'growthBpHint'],
  ['creditDays', 'growthCreditDays', undefined],
  ['leastWithdrawalFen', 'growthLeast', 'growthLeastHint'],
  ['welcomeCredits', 'growthWelcomeCredits', undefined],
  ['welcomeDays', 'growthWelcomeDays', undefined],
] as const;
type NumberName = (typeof NUMBERS)[number][0];

/** What counts from now on, with the reason. */
export function SettingsDialog({
  settings,
  onClose,
}: {
  readonly settings: GrowthSettings;
  readonly onClose: () => void;
}) {
  const { say } = useText();
  const queries = useQueryClient();
  const [switches, setSwitches] = useState({ referralOn: settings.referralOn, welcomeOn: settings.welcomeOn });
  const [commissionUnit, setUnit] = useState(settings.commissionUnit);
  const [texts, setTexts] = useState<Readonly<Record<NumberName, string>>>({
    commissionBp: shownHundredths(settings.commissionBp),
    creditDays: String(settings.creditDays),
    leastWithdrawalFen: shownHundredths(settings.leastWithdrawalFen),
    welcomeCredits: String(settings.welcomeCredits),
    welcomeDays: String(settings.welcomeDays),
  });
  const saving = useAction(saveGrowth, ['reason', ...NUMBERS.map(([name]) => name)], () => {
    void queries.invalidateQueries({ queryKey: ['get-growth'] });
    toast(say('growthSaved'));
    onClose();
  });
  const save = (reason: string): void => {
    // Nothing typed is no number, which the service refuses by name.
    const number = (name: NumberName): number => (/^\d+$/.test(texts[name].trim()) ? Number(texts[name]) : -1);
    const hundredths = (name: NumberName): number => hundredthsOf(texts[name]) ?? -1;
    void saving.run({
      ...{
        ...switches,
        commissionUnit,
        reason,
        baseSavedAtMs: settings.savedAtMs,
        commissionBp: hundredths('commissionBp'),
      },
      ...{ creditDays: number('creditDays'), leastWithdrawalFen: hundredths('leastWithdrawalFen') },
      ...{ welcomeCredits: number('welcomeCredits'), welcomeDays: number('welcomeDays') },
    });
  };
  return (
    <ReasonDialog
      title={say('growthEdit')}
      submit={say('growthSave')}
      action={saving}
      onSubmit={save}
      onClose={onClose}
    >
      {SWITCHES.map(([name, text]) => (
        <label key={name} className="choice">
          <input
            type="checkbox"
            checked={switches[name]}
            onChange={(event) => setSwitches({ ...switches, [name]: event.target.checked })}
          />
          {say(text)}
        </label>
      ))}
      <FieldGroup id="growth-unit" label={say('growthUnit')}>
        <div className="choices">
          {UNITS.map(([one, text]) => (
            <label key={one} className="choice">
              <input type="radio" name="unit" checked={commissionUnit === one} onChange={() => setUnit(one)} />
              {say(text)}
            </label>
          ))}
        </div>
      </FieldGroup>
      {NUMBERS.map(([name, label, hint]) => (
        <TextField
          key={name}
          id={`growth-${name}`}
          label={say(label)}
          hint={hint && say(hint)}
          // The service's own words count hundredths.
          error={saving.errorOf(name) && (hint ? say(hint) : saving.errorOf(name))}
          value={texts[name]}
          onChange={(value) => setTexts((all) => ({ ...all, [name]: value }))}
          inputMode={hint ? 'decimal' : 'numeric'}
        />
      ))}
    </ReasonDialog>
  );
}
