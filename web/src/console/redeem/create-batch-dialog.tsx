import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { createRedeemBatch } from '../../../../shared/contract/redeem.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { AccessField } from '../access-field.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { ShownCodes } from './shown-codes.tsx';

const FIRST = { name: '', codes: '10', credits: '100', days: '30', uses: '1', validDays: '90', reason: '' };
const FIELDS = [
  { name: 'name', label: 'batchName', hint: 'batchNameHint' },
  { name: 'codes', label: 'batchCodes', hint: 'batchCodesHint' },
  { name: 'credits', label: 'batchCredits', hint: undefined },
  { name: 'days', label: 'batchDays', hint: 'batchDaysHint' },
  { name: 'uses', label: 'batchUses', hint: 'batchUsesHint' },
  { name: 'validDays', label: 'batchValidDays', hint: 'batchValidDaysHint' },
  { name: 'reason', label: 'reason', hint: 'reasonHint' },
] as const;
interface Made {
  readonly name: string;
  readonly csv: string;
}

/** Asks for a batch, then shows its codes once. */
export function CreateBatchDialog({ onClose }: { readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const [values, setValues] = useState(FIRST);
  const [access, setAccess] = useState<'basic' | 'member'>('member');
  const [made, setMade] = useState<Made | null>(null);
  const creating = useAction(
    createRedeemBatch,
    FIELDS.map(({ name }) => name),
    ({ csv }) => {
      setMade({ name: values.name.trim(), csv });
      void queries.invalidateQueries({ queryKey: ['list-redeem-batches'] });
    },
  );
  if (made) return <ShownCodes name={made.name} csv={made.csv} onClose={onClose} />;
  const create = (event: FormEvent): void => {
    event.preventDefault();
    const { name, reason, ...numbers } = values;
    const { codes, credits, days, uses, validDays } = numbers;
    void creating.run({
      ...{ name: name.trim(), reason: reason.trim(), access },
      ...{ codes: Number(codes), credits: Number(credits), days: Number(days) },
      ...{ uses: Number(uses), validDays: Number(validDays) },
    });
  };
  const total = Number(values.codes) * Number(values.credits) * Number(values.uses);
  return (
    // The answer on its way is the only one that holds the codes.
    <Dialog title={say('batchNew')} {...(!creating.isBusy && { onClose })}>
      <form className="dialog-form form-grid" noValidate onSubmit={create}>
        {FIELDS.map(({ name, label, hint }) => (
          <TextField
            key={name}
            id={`batch-${name}`}
            label={say(label)}
            hint={hint && say(hint)}
            error={creating.errorOf(name)}
            value={values[name]}
            onChange={(value) => setValues((all) => ({ ...all, [name]: value }))}
            {...(name !== 'name' && name !== 'reason' && { inputMode: 'numeric' as const })}
          />
        ))}
        <AccessField value={access} onChange={setAccess} />
        <p className="hint whole-row">
          {Number.isSafeInteger(total) && total > 0 ? say('batchTotal', { n: total }) : ''}
        </p>
        {creating.error !== null && <Failure error={creating.error} />}
        <div className="buttons whole-row">
          <button type="submit" className="button button-primary" disabled={creating.isBusy}>
            {say('batchCreate')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
