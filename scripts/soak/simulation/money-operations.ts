import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import type { ChannelId, PayMethod } from '../../../shared/payments/channel.ts';
import { openOrder } from '../../../shared/payments/open-order.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import { type Begun, begin, HASHES } from './operations.ts';
import { vendorThrough } from './vendor.ts';
import type { World } from './world.ts';

export function beginPurchase(
  world: World,
  db: Database,
  asked: {
    merchant: string;
    plan: string;
    channel: ChannelId;
    method: PayMethod;
    key: string;
    otherBody: boolean;
    away: boolean;
  },
): Begun {
  const { merchant, plan, channel: id, method, key, away } = asked;
  const hash = HASHES[asked.otherBody ? 1 : 0] as string;
  const about = `buy ${plan} by ${id} ${method} for ${merchant}, key ${key}${asked.otherBody ? ', another body' : ''}${away ? ', channel away' : ''}`;
  return begin(world, db, about, { kind: 'buy', merchant, plan, channel: id, method, key, hash }, (tools) =>
    purchaseMembership(tools.db, vendorThrough(world, id, tools.call, away), {
      ...{ merchantId: merchant, planId: plan, method, idempotencyKey: key, requestHash: hash },
      ...{ notifyUrl: NOTIFY_URL, nowMs: world.nowMs },
    }),
  );
}

const NOTIFY_URL = 'https://api.example.com/v1/pay-callback-wechat';

export function beginNotice(
  world: World,
  db: Database,
  paid: {
    number: string;
    channel: ChannelId;
    transaction: string;
    amountFen: number;
    currency: string;
    source: 'notify' | 'query' | 'bill';
  },
): Begun {
  const { number, channel, transaction, amountFen, currency, source } = paid;
  const about = `${source} of ${channel} for ${number}: ${transaction}, ${amountFen} ${currency}`;
  return begin(world, db, about, { kind: 'notify' }, (tools) =>
    settleOrder(
      tools.db,
      {
        ...{ channel, outTradeNo: number, transactionId: transaction, amountFen, currency },
        ...{ merchantId: '1900000001', appId: 'wx0000000000000001', paidAtMs: world.nowMs },
      },
      source,
      world.nowMs,
    ).then((settled) => {
      if (settled === 'duplicate') tools.intent.verdict ??= judgeKnown(world, channel, transaction);
      return settled === 'granted_late' ? 'granted' : settled;
    }),
  );
}

/** A notice of what is known is answered by a read, which no procedure's judgement sees. */
function judgeKnown(world: World, channel: ChannelId, transaction: string): string {
  world.seen.set('known notice', (world.seen.get('known notice') ?? 0) + 1);
  const isKnown = world.model.payments.some((one) => one.channel === channel && one.transaction === transaction);
  return isKnown ? 'duplicate' : 'news';
}

/** The timer that asks the channels, closes what is over and sends refunds; of one order: the merchant looks at it. */
export function beginReconcile(world: World, db: Database, order?: { id: string; merchant: string }): Begun {
  const about = order ? `look at ${order.id}` : 'reconcile';
  return begin(world, db, about, { kind: 'reconcile' }, (tools) => {
    const channels = async (id: ChannelId) => vendorThrough(world, id, tools.call);
    return order
      ? openOrder(tools.db, channels, order.merchant, order.id, world.nowMs).then(() => undefined)
      : reconcileOrders(tools.db, channels, () => NOTIFY_URL, world.nowMs).then(() => undefined);
  });
}

export function beginRefund(
  world: World,
  db: Database,
  asked: { order: string; mode: 'whole' | 'unused'; key: string; otherBody: boolean },
): Begun {
  const { order: orderId, mode, key } = asked;
  const hash = HASHES[asked.otherBody ? 1 : 0] as string;
  return begin(world, db, `refund ${mode} of ${orderId}, key ${key}`, { kind: 'refund', key, hash }, (tools) =>
    refundOrder(
      tools.db,
      async (id) => vendorThrough(world, id, tools.call),
      () => NOTIFY_URL,
      {
        ...{ orderId, mode, reason: 'simulated', operatorId: 'mch_operator', idempotencyKey: key, requestHash: hash },
        ...{ requestId: 'req_1', nowMs: world.nowMs },
      },
    ).then(() => undefined),
  );
}

export function beginRefundNews(
  world: World,
  db: Database,
  news: { channel: ChannelId; refundId: string; state: 'processing' | 'succeeded' | 'closed' | 'abnormal' },
): Begun {
  return begin(world, db, `${news.channel} says that ${news.refundId} is ${news.state}`, { kind: 'refund' }, (tools) =>
    settleRefund(tools.db, news, world.nowMs),
  );
}

export function beginFreeze(world: World, db: Database, order: string, frozen: boolean): Begun {
  return begin(world, db, `${frozen ? 'freeze' : 'release'} ${order}`, { kind: 'refund' }, (tools) =>
    tools.db
      .callProcedure<{ outcome: string }>('freeze_order_v3', [order, frozen ? 1 : 0, sqlTime(world.nowMs), null])
      .then(({ outcome }) => outcome),
  );
}

export function beginExpiry(world: World, db: Database): Begun {
  return begin(world, db, 'expire credits', { kind: 'expire' }, (tools) => expireCredits(tools.db, world.nowMs));
}
