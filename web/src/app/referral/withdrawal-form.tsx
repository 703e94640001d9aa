import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiCallError } from '../../../../shared/contract/api-call-error.ts';
import { requestWithdrawal } from '../../../../shared/contract/referral.ts';
import { hundredthsOf, shownHundredths } from '../../core/hundredths.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { Failure } from '../../ui/messages.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useCallKey } from '../../ui/use-call-key.ts';
import { beginAnew } from '../use-endless.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';

const METHODS = [
  ['alipay', 'withdrawalAlipay'],
  ['bank', 'withdrawalBank'],
] as const;

/** Asks for commission to be paid out. The service's own checks decide, and each word of theirs stands at its field. */
export function WithdrawalForm({ balanceFen }: { readonly balanceFen: number }) {
  const { say } = useText();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [method, setMethod] = useState<'alipay' | 'bank'>('alipay');
  const [values, setValues] = useState({ amount: shownHundredths(balanceFen), name: '', account: '', bank: '' });
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { keyOf, forget } = useCallKey();
  const fill = (field: keyof typeof values) => (value: string) => setValues((all) => ({ ...all, [field]: value }));
  const wrong = error instanceof ApiCallError ? error.fields : [];
  const at = (path: string) => wrong.find((field) => field.path === path)?.message;
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    // Nothing that is an amount is none, which the service refuses by name.
    const asked = {
      ...{ amountFen: hundredthsOf(values.amount) ?? 0, method },
      ...{ payeeName: values.name.trim(), payeeAccount: values.account.trim() },
      ...(method === 'bank' && { bankName: values.bank.trim() }),
    };
    try {
      await client.call(requestWithdrawal, asked, { idempotencyKey: keyOf(JSON.stringify(asked)) });
      forget();
      toast(say('withdrawalAsked'));
      // However far its list was scrolled: it says that this withdrawal is open.
      await beginAnew(queries, 'referral');
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void ask(event)}>
      <TextField
        id="withdrawal-amount"
        label={say('withdrawalAmount')}
        error={at('amountFen')}
        value={values.amount}
        onChange={fill('amount')}
        inputMode="decimal"
        maxLength={10}
      />
      <FieldGroup id="withdrawal-method" label={say('withdrawalMethod')}>
        <div className="choices">
          {METHODS.map(([one, text]) => (
            <label key={one} className="choice">
              <input type="radio" name="payout" checked={method === one} onChange={() => setMethod(one)} />
              {say(text)}
            </label>
          ))}
        </div>
      </FieldGroup>
      <TextField
        id="withdrawal-name"
        label={say('withdrawalName')}
        error={at('payeeName')}
        value={values.name}
        onChange={fill('name')}
        maxLength={40}
      />
      <TextField
        id="withdrawal-account"
        label={say('withdrawalAccount')}
        hint={say(method === 'alipay' ? 'withdrawalAccountAlipay' : 'withdrawalAccountBank')}
        error={at('payeeAccount')}
        value={values.account}
        onChange={fill('account')}
        maxLength={120}
      />
      {method === 'bank' && (
        <TextField
          id="withdrawal-bank"
          label={say('withdrawalBankName')}
          error={at('bankName')}
          value={values.bank}
          onChange={fill('bank')}
          maxLength={60}
        />
      )}
      {error !== null && wrong.length === 0 && <Failure error={error} />}
      <button type="submit" className="button" disabled={isBusy}>
        {say('withdrawalSubmit')}
      </button>
    </form>
  );
}
