import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { savePlan } from '../../../../shared/contract/ops-plans.ts';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { AccessField } from '../access-field.tsx';
import type { ConsoleMessage } from '../console-messages.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { draftOf, NEW_PLAN, type Plan, type PlanDraft, savingOf } from './plan-draft.ts';

/** What is typed, what it is called in the operation, and its texts. */
const TYPED: readonly (readonly [
  name: Exclude<keyof PlanDraft, 'access' | 'onSale'>,
  path: string,
  label: ConsoleMessage,
  hint?: ConsoleMessage,
])[] = [
  ['planId', 'planId', 'planId', 'planIdHint'],
  ['nameZh', 'nameZh', 'planNameZh'],
  ['nameEn', 'nameEn', 'planNameEn'],
  ['price', 'amountFen', 'planPrice'],
  ['credits', 'credits', 'planCredits'],
  ['days', 'days', 'planDays'],
  ['position', 'position', 'planPosition'],
];

interface PlanDialogProps {
  /** Null: a new one. */
  readonly plan: Plan | null;
  readonly onClose: () => void;
}

/** Makes a plan, or changes its price, what it grants, and whether it is on sale. */
export function PlanDialog({ plan, onClose }: PlanDialogProps) {
  const { say, language } = useText();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => (plan ? draftOf(plan) : NEW_PLAN));
  const saving = useAction(savePlan, [...TYPED.map(([, path]) => path), 'reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-all-plans'] });
    toast(say('planSaved'));
    onClose();
  });
  const set = (change: Partial<PlanDraft>): void => setDraft((all) => ({ ...all, ...change }));
  const name = language === 'en' ? plan?.nameEn : plan?.nameZh;
  return (
    <ReasonDialog
      title={name === undefined ? say('planNew') : say('planEditTitle', { name })}
      submit={say('planSave')}
      action={saving}
      onSubmit={(reason) => void saving.run({ ...savingOf(draft, plan?.version ?? 0), reason })}
      onClose={onClose}
    >
      <div className="dialog-form form-grid">
        {TYPED.filter(([field]) => field !== 'planId' || plan === null).map(([field, path, label, hint]) => (
          <TextField
            key={field}
            id={`plan-${field}`}
            label={say(label)}
            hint={hint && say(hint)}
            error={saving.errorOf(path)}
            value={draft[field]}
            onChange={(value) => set({ [field]: value })}
          />
        ))}
      </div>
      <AccessField value={draft.access} onChange={(access) => set({ access })} />
      <label className="check">
        <input type="checkbox" checked={draft.onSale} onChange={({ target }) => set({ onSale: target.checked })} />
        <span>{say('planOnSale')}</span>
      </label>
    </ReasonDialog>
  );
}
