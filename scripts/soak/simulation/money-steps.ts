import type { Database } from '../../../shared/db/database.ts';
import type { ChannelId } from '../../../shared/payments/channel.ts';
import {
  beginExpiry,
  beginFreeze,
  beginNotice,
  beginPurchase,
  beginReconcile,
  beginRefund,
  beginRefundNews,
} from './money-operations.ts';
import { newest } from './newest.ts';
import type { Begun } from './operations.ts';
import type { Step } from './step.ts';
import { PLANS, type World } from './world.ts';

const WAYS = [
  { channel: 'wechat', method: 'qr' },
  { channel: 'wechat', method: 'h5' },
  { channel: 'alipay', method: 'qr' },
  { channel: 'alipay', method: 'page' },
  { channel: 'alipay', method: 'wap' },
] as const;
const OTHER = { wechat: 'alipay', alipay: 'wechat' } as const;

type MoneyStep = Extract<
  Step,
  { kind: 'buy' | 'notify' | 'reconcile' | 'look' | 'refund' | 'refundNews' | 'freeze' | 'expire' }
>;

export function beginMoneyStep(db: Database, world: World, step: MoneyStep): Begun | undefined {
  const { model, merchants } = world;
  switch (step.kind) {
    case 'buy': {
      const plan = step.plan === 11 ? 'sim_none' : (PLANS[step.plan === 10 ? 3 : step.plan % 3]?.id ?? '');
      const key = step.key === 0 ? 'order-again' : `order-${model.orders.size}-${step.key}`;
      const merchant = newest(merchants, step.merchant + 1) as string;
      const way = WAYS[step.way % WAYS.length] as (typeof WAYS)[number];
      const asked = { merchant, plan, key, ...way, otherBody: step.body === 3, away: step.channel === 'away' };
      return beginPurchase(world, db, asked);
    }
    case 'notify': {
      const order = newest([...model.orders.values()], step.order);
      const amountFen = (order?.plan.amountFen ?? 9900) + (step.amount === 'wrong' ? step.payment - 1 || 1 : 0);
      const attempt = order && newest(order.attempts, step.way);
      const channel = (attempt?.channel ?? 'wechat') as ChannelId; // an attempt's is one
      const isTrue = step.amount === 'right' && step.payment !== 2 && !step.otherChannel;
      if (isTrue) pay(world, { order: step.order, way: step.way });
      return beginNotice(world, db, {
        number: attempt?.number ?? 'ord_none',
        channel: step.otherChannel ? OTHER[channel] : channel,
        transaction: `tx-${attempt?.number ?? 'none'}-${step.payment === 2 ? 2 : 1}`,
        ...{ amountFen, currency: step.amount === 'dollars' ? 'USD' : 'CNY' },
        source: (['notify', 'query', 'bill'] as const)[step.source] as 'notify',
      });
    }
    case 'reconcile':
      return beginReconcile(world, db);
    case 'look': {
      const order = newest([...model.orders.values()], step.order);
      return order && beginReconcile(world, db, order);
    }
    case 'refund': {
      const order = newest([...model.orders.values()], step.order);
      const key = step.key === 0 ? 'refund-again' : `refund-${model.refunds.length}`;
      const mode = step.whole ? 'whole' : 'unused';
      return beginRefund(world, db, { order: order?.id ?? 'ord_none', mode, key, otherBody: step.body === 5 });
    }
    case 'refundNews': {
      const refund = newest(model.refunds, step.refund);
      if (!refund) return undefined;
      const channel = refund.payment.channel as ChannelId; // a payment's is one
      const known = world.vendors[channel].refunds.get(refund.id);
      // What has ended at the channel stays ended, and nobody is told of what the channel does not know.
      if (!known) return undefined;
      if (known.state !== 'succeeded' && known.state !== 'closed') {
        world.note(`${channel} ends ${refund.id}: ${step.state}`);
        world.vendors[channel].endRefund(refund.id, step.state);
      }
      return step.told ? beginRefundNews(world, db, { channel, refundId: refund.id, state: known.state }) : undefined;
    }
    case 'freeze': {
      const order = newest([...model.orders.values()], step.order);
      return order && beginFreeze(world, db, order.id, step.frozen);
    }
    case 'expire':
      return beginExpiry(world, db);
  }
}

/** The payer pays one of an order's numbers at its channel, and nobody is told. */
export function pay(world: World, { order: index, way }: { readonly order: number; readonly way: number }): void {
  const order = newest([...world.model.orders.values()], index);
  const attempt = order && newest(order.attempts, way);
  if (!attempt) return;
  const vendor = world.vendors[attempt.channel as ChannelId]; // an attempt's is one
  // A closed number cannot be paid, nor one twice.
  if (vendor.orders.get(attempt.number)?.state !== 'unpaid') return;
  world.note(`${attempt.channel}: ${attempt.number} is paid`);
  vendor.pay(attempt.number, { transactionId: `tx-${attempt.number}-1`, paidAtMs: world.nowMs });
}

/** Somebody refunds it in the channel's own console: our books have no such refund. */
export async function payAndRefund(
  world: World,
  step: { readonly order: number; readonly way: number },
): Promise<void> {
  pay(world, step);
  const order = newest([...world.model.orders.values()], step.order);
  const attempt = order && newest(order.attempts, step.way);
  if (!attempt || attempt.state === 'paid') return;
  const vendor = world.vendors[attempt.channel as ChannelId]; // an attempt's is one
  const paid = vendor.orders.get(attempt.number);
  if (paid?.state !== 'paid') return;
  world.note(`${attempt.channel}: ${attempt.number} is refunded by hand`);
  const amounts = { refundFen: paid.amountFen, totalFen: paid.amountFen };
  const by = { outTradeNo: attempt.number, outRefundNo: `hand-${attempt.number}`.slice(0, 32), ...amounts };
  await vendor.refund({ ...by, reason: 'by hand', notifyUrl: '' }).catch(() => undefined);
}

/** Longer than any of a refund's pauses. */
const MONEY_ROUND_MS = 7 * 3_600_000;
const MONEY_ROUNDS = 5;

/** The channels answer, and in time everything is known: what was paid there, what is closed there, what went back. */
export async function drainMoney(world: World, reconcile: () => Promise<void>): Promise<void> {
  const isUnsettled = () =>
    [...world.model.orders.values()].some(({ attempts }) =>
      attempts.some(({ number, state }) => state !== 'paid' && !world.gone.has(number)),
    ) || world.model.refunds.some(({ state }) => state !== 'succeeded' && state !== 'closed');
  for (let round = 0; round < MONEY_ROUNDS && world.violations.length === 0 && isUnsettled(); round++) {
    world.nowMs += MONEY_ROUND_MS;
    for (const vendor of Object.values(world.vendors)) {
      for (const [id, { state }] of vendor.refunds) if (state === 'processing') vendor.endRefund(id, 'succeeded');
    }
    await reconcile();
  }
  if (world.violations.length === 0) judgeMoney(world);
}

/** The two sides' books agree: nothing that was paid is lost, and what went back there is what went back here. */
function judgeMoney({ vendors, model, violate }: World): void {
  for (const [id, vendor] of Object.entries(vendors)) {
    for (const [number, { notice }] of vendor.orders) {
      // Another transaction under the same number, which no channel has, takes its place: the number counts as paid.
      if (notice && !model.payments.some((one) => one.number === number && one.channel === id))
        violate(`a payment of ${number} at ${id} was never settled`);
    }
    for (const [refundId, refund] of vendor.refunds) {
      if (refundId.startsWith('hand-')) continue;
      const ours = model.refunds.find((one) => one.id === refundId);
      if (ours?.amountFen !== refund.refundFen) violate(`${refundId} went back at ${id} and is not in the books`);
      else if (ours.state !== refund.state) violate(`${refundId} is ${refund.state} at ${id} and ${ours.state} here`);
    }
  }
  for (const { id, state } of model.refunds) if (state === 'processing') violate(`${id} never ends`);
}
