import { sqlTime } from '../../../shared/db/sql-time.ts';
import type { BillRow } from '../../../shared/payments/channel.ts';
import { openOrder } from '../../../shared/payments/open-order.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { reconcileBill } from '../../../shared/payments/reconcile-bill.ts';
import { reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import { shanghaiDay } from '../../../shared/shanghai-day.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { type MemoryChannel, memoryChannel } from '../memory-channel.ts';
import { type Arena, atOnce, count, create, DAY_MS, holds, merchantWith, NOW_MS, type Scenario } from './arena.ts';

type Db = Arena['db'];

const must = (holdsTrue: boolean, sentence: string): string[] => (holdsTrue ? [] : [sentence]);
const times = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));
const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';
/** Of the plan that is bought here: 5 credits for ¥19.90 and 7 days. */
const PRICE_FEN = 1990;
const CREDITS = 5;

export interface Shop {
  readonly wechat: MemoryChannel;
  readonly alipay: MemoryChannel;
  readonly merchant: string;
  readonly orderId: string;
}

/** An order that can be paid by WeChat and, under another number, by Alipay. */
export async function openShop(arena: Arena): Promise<Shop> {
  const [wechat, alipay] = [memoryChannel('wechat', () => NOW_MS), memoryChannel('alipay', () => NOW_MS)];
  const merchant = await merchantWith(arena, []);
  const request = (idempotencyKey: string) => ({
    ...{ merchantId: merchant, planId: 'sim_week', method: 'qr' as const, idempotencyKey },
    ...{ requestHash: 'a'.repeat(64), nowMs: NOW_MS, notifyUrl: notifyUrl() },
  });
  const { orderId } = await purchaseMembership(arena.db, wechat, request('first'));
  await purchaseMembership(arena.db, alipay, request('second'));
  return { wechat, alipay, merchant, orderId };
}

const channelsOf =
  ({ wechat, alipay }: Shop) =>
  (id: 'wechat' | 'alipay') =>
    Promise.resolve(id === 'wechat' ? wechat : alipay);

/** The day's bill, compared as the timer does it: it shows what the channel knows by now. */
const compareBill = (channel: MemoryChannel) => (db: Db) => {
  channel.bill = billOf(channel);
  return reconcileBill(db, channel, shanghaiDay(NOW_MS), NOW_MS + 10_000).then(() => 'compared');
};

const paymentRow = (channel: MemoryChannel, number: string): BillRow[] => {
  const { transactionId = '', amountFen = 0 } = channel.orders.get(number)?.notice ?? {};
  return transactionId === '' ? [] : [{ kind: 'payment', outTradeNo: number, transactionId, amountFen, atMs: NOW_MS }];
};

/** Payments, and refunds that succeeded, as a channel's bill of one day has them. */
export const billOf = (channel: MemoryChannel): BillRow[] => [
  ...[...channel.orders.keys()].flatMap((number) => paymentRow(channel, number)),
  ...[...channel.refunds].flatMap(([outRefundNo, { outTradeNo, refundFen, state }]): BillRow[] => {
    const [paid] = paymentRow(channel, outTradeNo);
    return paid && state === 'succeeded' ? [{ ...paid, kind: 'refund', outRefundNo, amountFen: refundFen }] : [];
  }),
];

async function paidShop(arena: Arena): Promise<Shop> {
  const shop = await openShop(arena);
  await settleOrder(arena.db, shop.wechat.pay(shop.orderId), 'notify', NOW_MS);
  return shop;
}

export const refund = (shop: Shop, key: string, mode: 'whole' | 'unused') => (db: Db) =>
  refundOrder(db, channelsOf(shop), notifyUrl, {
    ...{ orderId: shop.orderId, mode, reason: 'burst', operatorId: 'mch_operator', idempotencyKey: key },
    ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
  });

/** Notify, query, the comparison of the day's bills, the merchant's look and the timer tell of one payment at once; the other number may be paid as well. */
export const everybodyTellsOfAPayment: Scenario = async (arena, random) => {
  const shop = await openShop(arena);
  const { wechat, alipay, merchant, orderId } = shop;
  const notice = wechat.pay(orderId);
  const second = random.oneIn(2) ? alipay.pay(`${orderId}_a`) : undefined;
  const laterMs = NOW_MS + 5000;
  const sources = ['notify', 'query', 'bill'] as const;
  await atOnce(arena, random, [
    ...times(8, (n) => (db: Db) => settleOrder(db, notice, sources[n % 3] as 'notify', NOW_MS)),
    ...times(second ? 4 : 0, () => (db: Db) => settleOrder(db, second as typeof notice, 'notify', NOW_MS)),
    ...times(3, () => (db: Db) => reconcileOrders(db, channelsOf(shop), notifyUrl, laterMs)),
    ...times(3, () => (db: Db) => openOrder(db, channelsOf(shop), merchant, orderId, laterMs).then(() => 'seen')),
    ...[wechat, alipay].map(compareBill),
  ]);
  for (let round = 1; round <= 3; round++)
    await reconcileOrders(arena.db, channelsOf(shop), notifyUrl, NOW_MS + round * DAY_MS);
  const back = [...wechat.refunds.values(), ...alipay.refunds.values()].map(({ refundFen }) => refundFen);
  return [
    ...must((await holds(arena, merchant)) === CREDITS, 'one order was not granted once'),
    ...must(
      back.join() === (second ? String(PRICE_FEN) : ''),
      `of ${second ? 2 : 1} payments went back: ${back.join()}`,
    ),
    ...must(
      second !== undefined || alipay.orders.get(`${orderId}_a`)?.state === 'closed',
      'the other number stays open',
    ),
  ];
};

/** Numbers of orders that are over close in pairs, and somebody may ask meanwhile: the last of its numbers takes an order along. */
export const closingsAtOnce: Scenario = async (arena, random) => {
  const shops: Shop[] = [];
  for (let n = 0; n < 4; n++) shops.push(await openShop(arena));
  const lateMs = NOW_MS + 16 * 60_000;
  const [asked] = shops as [Shop];
  const asks = [
    (db: Db) => reconcileOrders(db, channelsOf(asked), notifyUrl, lateMs),
    (db: Db) => openOrder(db, channelsOf(asked), asked.merchant, asked.orderId, lateMs),
  ];
  const closings = shops.flatMap(({ orderId }) =>
    [orderId, `${orderId}_a`].map(
      (number) => (db: Db) => db.callProcedure('close_attempt_v1', [number, sqlTime(lateMs)]),
    ),
  );
  // Whoever asks closes one after the other, and before anybody else: mostly there is nobody.
  await atOnce(arena, random, random.oneIn(4) ? [...asks, ...closings] : closings);
  const ids = shops.map(({ orderId }) => orderId);
  const orders = await arena.db.query<{ state: string }>(
    `SELECT state FROM orders WHERE id IN (${ids.map(() => '?').join(', ')})`,
    ids,
  );
  const states = orders.map(({ state }) => state);
  return must(count(states, 'closed') === ids.length, `all numbers are closed, and the orders are ${states.join()}`);
};

/** Credits are spent or given back in money, never both. */
export const refundAgainstSpending: Scenario = async (arena, random) => {
  const shop = await paidShop(arena);
  const outcomes = await atOnce(arena, random, [
    refund(shop, 'unused', 'unused'),
    ...times(3 + random.below(6), () => (db: Db) => create(db, shop.merchant).then(() => 'created')),
  ]);
  const spent = count(outcomes, 'created');
  const given = outcomes.find((one) => typeof one === 'object') as { credits: number; amountFen: number } | undefined;
  const { credits = 0, amountFen = 0 } = given ?? {};
  return [
    ...must(spent + credits === CREDITS, `${spent} credits were spent and ${credits} given back of ${CREDITS}`),
    ...must(amountFen === Math.floor((PRICE_FEN * credits) / CREDITS), `${amountFen} fen went back for ${credits}`),
    ...must((await holds(arena, shop.merchant)) === 0, 'and some are left'),
  ];
};

/** However many operators press the button: no more goes back than was paid, and a key refunds once. */
export const refundsAtOnce: Scenario = async (arena, random) => {
  const shop = await paidShop(arena);
  await create(arena.db, shop.merchant);
  await atOnce(
    arena,
    random,
    times(10, (n) => refund(shop, random.oneIn(2) ? 'same' : `key-${n}`, random.oneIn(2) ? 'whole' : 'unused')),
  );
  const back = [...shop.wechat.refunds.values()].reduce((sum, { refundFen }) => sum + refundFen, 0);
  return must(back > 0 && back <= PRICE_FEN, `${back} fen of ${PRICE_FEN} went back`);
};

/** The channel's news of one refund, in every order and number; what was refused for good gives the credits back once. */
export const newsOfOneRefund: Scenario = async (arena, random) => {
  const shop = await paidShop(arena);
  shop.wechat.refundsBegin = 'processing';
  const { refundId } = await refund(shop, 'key', 'whole')(arena.db);
  const end = random.pick(['succeeded', 'closed'] as const);
  shop.wechat.endRefund(refundId, end);
  const told = (state: 'succeeded' | 'closed' | 'processing' | 'abnormal') => (db: Db) =>
    settleRefund(db, { channel: 'wechat', refundId, state, nextAtMs: NOW_MS + 60_000 }, NOW_MS);
  const outcomes = await atOnce(arena, random, [
    ...times(6, () => told(end)),
    ...times(2, () => told('processing')),
    ...times(
      2,
      (n) => (db: Db) => reconcileOrders(db, channelsOf(shop), notifyUrl, NOW_MS + 10_000 + n).then(() => 'ticked'),
    ),
    ...times(2, () => compareBill(shop.wechat)),
  ]);
  return [
    ...must(count(outcomes, end) <= 1, `one refund ended ${count(outcomes, end)} times`),
    ...must(
      (await holds(arena, shop.merchant)) === (end === 'closed' ? CREDITS : 0),
      `${end}, and its credits are elsewhere`,
    ),
  ];
};

/** Dead credits are written off while tasks that hold some of them are canceled. */
export const expiryAgainstReturns: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [4], NOW_MS + DAY_MS);
  const tasks = await Promise.all(times(2, () => create(arena.db, merchant)));
  const lateMs = NOW_MS + DAY_MS;
  await atOnce(arena, random, [
    ...times(4, () => (db: Db) => expireCredits(db, lateMs).then(() => 'expired')),
    ...tasks.map(
      ({ taskId }) =>
        (db: Db) =>
          db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, lateMs)),
    ),
  ]);
  await expireCredits(arena.db, lateMs);
  return must((await holds(arena, merchant)) === 0, 'a dead lot still holds credits');
};
