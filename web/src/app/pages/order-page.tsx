import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type * as z from 'zod/mini';
import type { getOrder } from '../../../../shared/contract/membership.ts';
import { formatYuan } from '../../core/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Failure, Loading } from '../../ui/messages.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { channelName } from '../channel-name.ts';
import { Receipt } from '../receipt.tsx';
import { useOrder } from '../use-api.ts';
import { outdate } from '../use-endless.ts';
import { useText } from '../use-text.ts';

type Order = z.output<typeof getOrder.output>;

export function OrderPage({ orderId }: { readonly orderId: string }) {
  const { say } = useText();
  const order = useOrder(orderId);
  const queries = useQueryClient();
  const state = order.data?.state;
  useEffect(() => {
    if (state === 'paid') void outdate(queries, 'quota', 'membership', 'entries', 'orders');
    if (state === 'closed') void outdate(queries, 'orders');
  }, [state, queries]);
  return (
    <div className="page page-narrow">
      <h1 tabIndex={-1}>{say(state === 'pending' || state === undefined ? 'orderTitle' : 'order')}</h1>
      {order.isPending && <Loading />}
      {order.isError && <Failure error={order.error} onRetry={() => void order.refetch()} />}
      {order.data && (
        <section className="panel order" aria-live="polite">
          <OrderBody order={order.data} />
          <p className="hint">
            {say('orderNumber')} <span className="mono">{order.data.orderId}</span>
          </p>
        </section>
      )}
    </div>
  );
}

function OrderBody({ order }: { readonly order: Order }) {
  const { say } = useText();
  const leftMs = useTimeLeft(order.expiresAtMs);
  if (order.state === 'paid') {
    return (
      <>
        <span className="order-mark good-text">
          <Icon name="check" size={40} />
        </span>
        <h2>{say('orderPaid')}</h2>
        <p className="muted">{say('orderPaidText', { n: order.credits })}</p>
        <a className="button button-primary button-large" href="#/">
          {say('startCreating')}
        </a>
        <Receipt orderId={order.orderId} />
      </>
    );
  }
  if (order.state === 'closed' || leftMs <= 0 || order.codeUrl === undefined) {
    return (
      <>
        <span className="order-mark muted">
          <Icon name="alert" size={40} />
        </span>
        <h2>{say(order.state === 'closed' ? 'orderClosed' : 'orderExpired')}</h2>
        <a className="button button-primary" href="#/membership">
          {say('orderAgain')}
        </a>
      </>
    );
  }
  const seconds = Math.ceil(leftMs / 1000);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <>
      <p className="price">{formatYuan(order.amountFen)}</p>
      <QrCode text={order.codeUrl} label={say('orderQr')} />
      <p>{say('orderScan', { channel: channelName(order.channel, say) })}</p>
      <p className="hint" aria-live="off">
        {say('orderLeft', { time })}
      </p>
      <p className="waiting" role="status">
        {say('orderWaiting')}
      </p>
    </>
  );
}

function useTimeLeft(untilMs: number): number {
  const [leftMs, setLeftMs] = useState(() => untilMs - Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLeftMs(untilMs - Date.now()), 1000);
    return () => clearInterval(timer);
  }, [untilMs]);
  return leftMs;
}
