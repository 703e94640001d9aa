import { useState } from 'react';
import { formatStamp, formatYuan } from '../../core/format.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { ListTable } from '../list-table.tsx';
import { TargetLink } from '../target-link.tsx';
import type { List } from '../use-list.ts';
import { useText } from '../use-text.ts';
import { FreezeDialog } from './freeze-dialog.tsx';
import { CHANNELS, canFreeze, type FoundOrder, ORDER_STATES } from './order-text.ts';
import { RefundDialog } from './refund-dialog.tsx';

interface OrderTableProps {
  readonly list: List<FoundOrder>;
  /** Said on a page that is not one merchant's. */
  readonly isWithMerchant: boolean;
}

const canRefund = ({ order: { state, amountFen, refundedFen } }: FoundOrder): boolean =>
  state === 'paid' && refundedFen < amountFen;

/** Orders, the way to give money back for one, and to put its credits out of reach or give them back. */
export function OrderTable({ list, isWithMerchant }: OrderTableProps) {
  const { say, language } = useText();
  const { canWrite } = useConsole();
  const [refunding, setRefunding] = useState<FoundOrder | null>(null);
  const [freezing, setFreezing] = useState<FoundOrder | null>(null);
  const columns: readonly Column<FoundOrder>[] = [
    { head: say('createdAt'), cell: ({ order }) => formatStamp(order.createdAtMs, language) },
    { head: say('order'), cell: ({ order }) => <TargetLink id={order.orderId} /> },
    ...(isWithMerchant
      ? [{ head: say('merchant'), cell: ({ merchantId }: FoundOrder) => <TargetLink id={merchantId} /> }]
      : []),
    {
      head: say('state'),
      cell: ({ order, frozen }) => (
        <>
          <Tag tone={ORDER_STATES[order.state][1]}>{say(ORDER_STATES[order.state][0])}</Tag>{' '}
          {frozen && <Tag tone="bad">{say('orderFrozen')}</Tag>}
        </>
      ),
    },
    { head: say('plan'), cell: ({ order }) => (language === 'en' ? order.planNameEn : order.planNameZh), isText: true },
    { head: say('payWith'), cell: ({ order }) => say(CHANNELS[order.channel] ?? 'channelWechat') },
    { head: say('amount'), cell: ({ order }) => formatYuan(order.amountFen), isNumber: true },
    {
      head: say('refunded'),
      cell: ({ order }) => (order.refundedFen > 0 ? formatYuan(order.refundedFen) : '–'),
      isNumber: true,
    },
    { head: say('credits'), cell: ({ order }) => order.credits, isNumber: true },
    ...(canWrite
      ? [
          {
            head: say('actions'),
            cell: (found: FoundOrder) =>
              canRefund(found) ? (
                <span className="buttons">
                  <button type="button" className="button button-small" onClick={() => setRefunding(found)}>
                    {say('refund')}
                  </button>
                  {canFreeze(found) && (
                    <button type="button" className="button button-small" onClick={() => setFreezing(found)}>
                      {say(found.frozen ? 'release' : 'freeze')}
                    </button>
                  )}
                </span>
              ) : (
                '–'
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <ListTable
        label={say('orders')}
        list={list}
        columns={columns}
        keyOf={({ order }) => order.orderId}
        empty={say('ordersEmpty')}
        icon="receipt"
      />
      {refunding && <RefundDialog found={refunding} onClose={() => setRefunding(null)} />}
      {freezing && <FreezeDialog found={freezing} onClose={() => setFreezing(null)} />}
    </>
  );
}
