import type { ReactNode } from 'react';
import type * as z from 'zod/mini';
import type { searchOrders } from '../../../../shared/contract/ops-work.ts';
import { formatStamp, formatYuan } from '../../core/format.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { useText } from '../use-text.ts';
import { CHANNELS, REFUND_KINDS, REFUND_STATES } from './order-text.ts';

type Money = NonNullable<z.output<typeof searchOrders.output>['money']>;
type Payment = Money['payments'][number];
type Refund = Money['refunds'][number];

/** What was paid for an order and what has gone back, as the channels number it. */
export function OrderMoney({ money: { payments, refunds } }: { readonly money: Money }) {
  const { say, language } = useText();
  const time = (atMs: number | undefined): string => (atMs === undefined ? '–' : formatStamp(atMs, language));
  const mono = (text: string): ReactNode => <span className="mono">{text}</span>;
  const paid: readonly Column<Payment>[] = [
    { head: say('paidAt'), cell: ({ paidAtMs }) => time(paidAtMs) },
    { head: say('payWith'), cell: ({ channel }) => say(CHANNELS[channel] ?? 'channelWechat') },
    { head: say('amount'), cell: ({ amountFen }) => formatYuan(amountFen), isNumber: true },
    {
      head: say('disposition'),
      cell: ({ disposition }) => say(disposition === 'granted' ? 'paymentGranted' : 'paymentBack'),
    },
    { head: say('transactionId'), cell: ({ transactionId }) => mono(transactionId) },
    { head: say('outTradeNo'), cell: ({ outTradeNo }) => mono(outTradeNo) },
    { head: say('billedOn'), cell: ({ billedOn }) => billedOn ?? '–' },
  ];
  const back: readonly Column<Refund>[] = [
    { head: say('createdAt'), cell: ({ createdAtMs }) => time(createdAtMs) },
    { head: say('refundMode'), cell: ({ kind }) => say(REFUND_KINDS[kind]) },
    { head: say('amount'), cell: ({ amountFen }) => formatYuan(amountFen), isNumber: true },
    {
      head: say('state'),
      cell: ({ state, errorCode }) => `${say(REFUND_STATES[state])}${errorCode ? ` · ${errorCode}` : ''}`,
      isText: true,
    },
    { head: say('nextTry'), cell: ({ nextAtMs }) => time(nextAtMs) },
    { head: say('refundId'), cell: ({ refundId }) => mono(refundId) },
    { head: say('billedOn'), cell: ({ billedOn }) => billedOn ?? '–' },
  ];
  return (
    <>
      <section>
        <h2>{say('moneyIn')}</h2>
        {payments.length === 0 ? (
          <p className="muted">{say('moneyNone')}</p>
        ) : (
          <DataTable label={say('moneyIn')} columns={paid} rows={payments} keyOf={(one) => one.transactionId} />
        )}
      </section>
      <section>
        <h2>{say('moneyOut')}</h2>
        {refunds.length === 0 ? (
          <p className="muted">{say('moneyNone')}</p>
        ) : (
          <DataTable label={say('moneyOut')} columns={back} rows={refunds} keyOf={({ refundId }) => refundId} />
        )}
      </section>
    </>
  );
}
