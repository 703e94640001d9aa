import type * as z from 'zod/mini';
import type { searchTasks, TRACE_EVENTS } from '../../../../shared/contract/ops-work.ts';
import { formatMoment, formatStamp, formatYuan } from '../../core/format.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { ActionName } from '../action-name.tsx';
import type { ConsoleMessage } from '../console-messages.ts';
import { TargetLink } from '../target-link.tsx';
import { useText } from '../use-text.ts';

type Traced = NonNullable<z.output<typeof searchTasks.output>['traced']>;

const EVENT_TEXT: Readonly<Record<(typeof TRACE_EVENTS)[number], ConsoleMessage>> = {
  task_created: 'eventTaskCreated',
  photo_received: 'eventPhoto',
  task_queued: 'eventQueued',
  task_started: 'eventStarted',
  job_submitted: 'eventJob',
  job_ended: 'eventJobEnded',
  credits: 'eventCredits',
  task_ended: 'eventTaskEnded',
  order_created: 'eventOrderCreated',
  payment: 'eventPayment',
  refund: 'eventRefund',
  refund_ended: 'eventRefundEnded',
  order_closed: 'eventOrderClosed',
  operator: 'eventOperator',
};

/** What one request set off, as far as the database knows it. */
export function TracedRequest({ traced: { orders, events } }: { readonly traced: Traced }) {
  const { say, language } = useText();
  return (
    <>
      {orders.length > 0 && (
        <section>
          <h2>{say('tracedOrders')}</h2>
          <DataTable
            label={say('tracedOrders')}
            columns={[
              { head: say('createdAt'), cell: ({ createdAtMs }) => formatStamp(createdAtMs, language) },
              { head: say('order'), cell: ({ orderId }) => <TargetLink id={orderId} /> },
              { head: say('merchant'), cell: ({ merchantId }) => <TargetLink id={merchantId} /> },
              { head: say('amount'), cell: ({ amountFen }) => formatYuan(amountFen), isNumber: true },
            ]}
            rows={orders}
            keyOf={({ orderId }) => orderId}
          />
        </section>
      )}
      <section>
        <h2>{say('tracedEvents')}</h2>
        {events.length === 0 && <p className="muted">{say('tracedNone')}</p>}
        {events.length > 0 && (
          <DataTable
            label={say('tracedEvents')}
            columns={[
              { head: say('time'), cell: ({ atMs }) => formatMoment(atMs, language) },
              { head: say('event'), cell: ({ event }) => say(EVENT_TEXT[event]) },
              { head: say('eventAbout'), cell: ({ about }) => <TargetLink id={about} /> },
              {
                head: say('eventDetail'),
                cell: ({ event, detail }) => (event === 'operator' ? <ActionName action={detail} /> : detail || '–'),
                isText: true,
              },
            ]}
            rows={events.map((event, n) => ({ ...event, n }))}
            keyOf={({ n }) => String(n)}
          />
        )}
      </section>
    </>
  );
}
