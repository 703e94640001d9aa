import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { decideWithdrawal, showPayee } from '../../../../shared/contract/ops-growth.ts';
import { formatYuan } from '../../core/format.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { readError } from '../../ui/read-error.ts';
import { TextField } from '../../ui/text-field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { useConsole } from '../console-context.ts';
import { FactList } from '../fact-list.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import type { ReferralRow } from './referral-row.ts';

type Payee = z.output<typeof showPayee.output>;
type Decision = 'approved' | 'rejected' | 'paid';

const TEXTS = { approved: 'withdrawalApprove', rejected: 'withdrawalReject', paid: 'withdrawalPay' } as const;

/** To whom, how much, and what becomes of it. The payee is shown whole to whoever asks, which is kept. */
export function WithdrawalDialog({
  withdrawal,
  onClose,
}: {
  readonly withdrawal: ReferralRow;
  readonly onClose: () => void;
}) {
  const { say } = useText();
  const queries = useQueryClient();
  const { id: withdrawalId, amount, balanceFen = 0, method, payeeMasked = '' } = withdrawal;
  const choices = choicesOf(withdrawal);
  const [state, setState] = useState<Decision>(choices[0] ?? 'rejected');
  const [reference, setReference] = useState('');
  const deciding = useAction(decideWithdrawal, ['reference', 'reason'], () => {
    void queries.invalidateQueries({ queryKey: ['list-referrals'] });
    void queries.invalidateQueries({ queryKey: ['get-growth'] });
    toast(say('withdrawalDecided'));
    onClose();
  });
  return (
    <ReasonDialog
      title={say('withdrawalTitle')}
      submit={say(TEXTS[state])}
      isDanger={state === 'rejected'}
      action={deciding}
      onSubmit={(reason) =>
        void deciding.run({
          ...{ withdrawalId, state, reason },
          ...(state === 'paid' && { reference: reference.trim() }),
        })
      }
      onClose={onClose}
    >
      <FactList
        facts={[
          [say('amount'), formatYuan(amount)],
          [say('withdrawalBalance'), formatYuan(balanceFen)],
          [say('payeeMethod'), say(method === 'bank' ? 'payeeBankCard' : 'payeeAlipay')],
        ]}
      />
      {withdrawal.state === 'rejected' ? (
        <p>{payeeMasked}</p>
      ) : (
        <WholePayee withdrawalId={withdrawalId} masked={payeeMasked} />
      )}
      <FieldGroup id="withdrawal-state" label={say('withdrawalDecision')}>
        <div className="choices">
          {choices.map((one) => (
            <label key={one} className="choice">
              <input type="radio" name="decision" checked={state === one} onChange={() => setState(one)} />
              {say(TEXTS[one])}
            </label>
          ))}
        </div>
      </FieldGroup>
      {state === 'paid' && (
        <TextField
          id="withdrawal-reference"
          label={say('withdrawalReference')}
          hint={say('withdrawalReferenceHint')}
          error={deciding.errorOf('reference')}
          value={reference}
          onChange={setReference}
        />
      )}
    </ReasonDialog>
  );
}

/** One that was rejected after it had been approved may have been paid all the same. */
function choicesOf({ state }: ReferralRow): readonly Decision[] {
  if (state === 'requested') return ['approved', 'rejected'];
  return state === 'approved' ? ['paid', 'rejected'] : ['paid'];
}

function WholePayee({ withdrawalId, masked }: { readonly withdrawalId: string; readonly masked: string }) {
  const { say } = useText();
  const { client } = useConsole();
  const [payee, setPayee] = useState<Payee | null>(null);
  const show = async (): Promise<void> => {
    try {
      setPayee(await client.call(showPayee, { withdrawalId }));
    } catch (error) {
      toast(readError(error, say).message, 'bad');
    }
  };
  if (payee === null) {
    return (
      <div>
        <p>{masked}</p>
        <button type="button" className="button button-small" onClick={() => void show()}>
          {say('payeeShow')}
        </button>
      </div>
    );
  }
  return (
    <FactList
      facts={[
        [say('payeeName'), payee.payeeName],
        [
          say('payeeAccount'),
          <span key="account" className="mono">
            {payee.payeeAccount}
          </span>,
        ],
        ...(payee.bankName === undefined ? [] : [[say('payeeBank'), payee.bankName] as const]),
      ]}
    />
  );
}
