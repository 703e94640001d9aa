import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as z from 'zod/mini';
import { refundOrder } from '../../../../shared/contract/ops.ts';
import { formatYuan } from '../../core/format.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FieldGroup } from '../../ui/field.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { useMerchant } from '../merchants/use-merchant.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAction } from '../use-action.ts';
import { useText } from '../use-text.ts';
import { type FoundOrder, REFUND_STATES } from './order-text.ts';
import { refundAmounts } from './refund-amounts.ts';

type Refund = z.output<typeof refundOrder.output>;
const MODES = [
  ['unused', 'refundUnused'],
  ['whole', 'refundWhole'],
] as const;

/** Says what would go back, asks for a reason, gives the money back and says how far that has come. */
export function RefundDialog({ found, onClose }: { readonly found: FoundOrder; readonly onClose: () => void }) {
  const { say } = useText();
  const queries = useQueryClient();
  const { merchantId, order } = found;
  const merchant = useMerchant(merchantId);
  const [chosen, setMode] = useState<'whole' | 'unused'>();
  const [refund, setRefund] = useState<Refund | null>(null);
  const refunding = useAction(refundOrder, ['reason'], (made) => {
    setRefund(made);
    for (const key of ['search-orders', 'get-merchant']) void queries.invalidateQueries({ queryKey: [key] });
  });
  if (refund) return <Refunded refund={refund} onClose={onClose} />;
  const amounts = merchant.data && refundAmounts(found, merchant.data, Date.now());
  const mode = chosen ?? (amounts && amounts.unusedFen > 0 ? 'unused' : 'whole');
  const fenOf = { whole: amounts?.wholeFen ?? 0, unused: amounts?.unusedFen ?? 0 };
  return (
    <ReasonDialog
      title={say('refundTitle')}
      submit={amounts ? `${say('refundSubmit')} ${formatYuan(fenOf[mode])}` : say('refundSubmit')}
      isDanger
      isClosed={!amounts || fenOf[mode] === 0}
      action={refunding}
      onSubmit={(reason) => void refunding.run({ orderId: order.orderId, mode, reason })}
      onClose={onClose}
    >
      <p className="mono">{order.orderId}</p>
      {merchant.isPending && <Loading />}
      {merchant.isError && <Failure error={merchant.error} onRetry={() => void merchant.refetch()} />}
      {amounts && (
        <>
          <p className="muted">
            {say('refundFacts', { paid: formatYuan(order.amountFen), back: formatYuan(order.refundedFen) })}
          </p>
          <FieldGroup id="refund-mode" label={say('refundMode')}>
            <div className="choices">
              {MODES.map(([one, text]) => (
                <label key={one} className="choice">
                  <input
                    type="radio"
                    name="mode"
                    checked={mode === one}
                    disabled={fenOf[one] === 0}
                    onChange={() => setMode(one)}
                  />
                  {say(text)} · {formatYuan(fenOf[one])}
                </label>
              ))}
            </div>
          </FieldGroup>
          <p className="hint">{say('refundCredits', { n: amounts.credits, of: order.credits })}</p>
        </>
      )}
    </ReasonDialog>
  );
}

function Refunded({ refund, onClose }: { readonly refund: Refund; readonly onClose: () => void }) {
  const { say } = useText();
  return (
    <Dialog title={say(REFUND_STATES[refund.state])} onClose={onClose}>
      <p role="status">{say('refundDone', { amount: formatYuan(refund.amountFen), n: refund.credits })}</p>
      {refund.errorCode && <p className="bad-text">{say('refundError', { code: refund.errorCode })}</p>}
      <p className="hint mono">{refund.refundId}</p>
    </Dialog>
  );
}
