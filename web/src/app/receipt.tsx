import { formatTime, formatYuan } from '../core/format.ts';
import { channelName } from './channel-name.ts';
import { InvoiceForm } from './invoice-form.tsx';
import { useReceipt } from './use-api.ts';
import { useText } from './use-text.ts';

/** What was paid, when and how, what of it went back, and the way to its 发票. */
export function Receipt({ orderId }: { readonly orderId: string }) {
  const { say, language } = useText();
  const { data } = useReceipt(orderId);
  if (!data) return null;
  const lines: readonly (readonly [name: string, value: string])[] = [
    [say('receiptNumber'), data.receiptNumber],
    [say('receiptPlan'), language === 'en' ? data.planNameEn : data.planNameZh],
    [say('amount'), formatYuan(data.amountFen)],
    [say('payWith'), channelName(data.channel, say)],
    [say('paidAt'), formatTime(data.paidAtMs, language)],
    [say('transaction'), data.transactionId],
    ...(data.refundedFen > 0 ? [[say('refundedAmount'), formatYuan(data.refundedFen)] as const] : []),
  ];
  return (
    <>
      <dl className="pairs-list">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {data.refundedFen < data.amountFen && <InvoiceForm orderId={orderId} />}
    </>
  );
}
