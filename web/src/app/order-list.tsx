import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { formatTime, formatYuan } from '../core/format.ts';
import { Failure } from '../ui/messages.tsx';
import { Tag } from '../ui/state-tag.tsx';
import { channelName } from './channel-name.ts';
import { useOrders } from './use-api.ts';
import { outdate } from './use-endless.ts';
import { useText } from './use-text.ts';

const STATES = {
  pending: ['orderPending', 'warn'],
  paid: ['orderPaid', 'good'],
  closed: ['orderClosed', 'plain'],
} as const;

/** The merchant's orders, newest first; nothing while there are none. */
export function OrderList() {
  const { say, language } = useText();
  const orders = useOrders();
  const queries = useQueryClient();
  const items = orders.data?.pages.flatMap((page) => page.items) ?? [];
  const paid = orders.data && items.filter(({ state }) => state === 'paid').length;
  const known = useRef(paid);
  useEffect(() => {
    if (known.current !== undefined && known.current !== paid) void outdate(queries, 'quota', 'membership', 'entries');
    known.current = paid;
  }, [paid, queries]);
  if (orders.isError) return <Failure error={orders.error} onRetry={() => void orders.refetch()} />;
  if (items.length === 0) return null;
  return (
    <section>
      <h2>{say('orders')}</h2>
      <ul className="task-list">
        {items.map(({ orderId, state, channel, amountFen, refundedFen, createdAtMs }) => (
          <li key={orderId}>
            <a className="task-row" href={`#/orders/${orderId}`}>
              <span className="task-row-text">
                <span className="task-row-name">
                  {formatYuan(amountFen)} · {channelName(channel, say)}
                </span>
                <span className="hint">{formatTime(createdAtMs, language)}</span>
              </span>
              <span className="task-row-end">
                <Tag tone={STATES[state][1]}>{say(STATES[state][0])}</Tag>
                {refundedFen > 0 && (
                  <span className="hint">{say('orderRefunded', { amount: formatYuan(refundedFen) })}</span>
                )}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {orders.hasNextPage && (
        <button type="button" className="button" onClick={() => void orders.fetchNextPage()}>
          {say('more')}
        </button>
      )}
    </section>
  );
}
