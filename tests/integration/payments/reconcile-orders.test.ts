import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { ChannelError, type ChannelId, type PayMethod } from '../../../shared/payments/channel.ts';
import { openOrder } from '../../../shared/payments/open-order.ts';
import { readOwnOrder } from '../../../shared/payments/order.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { type Channels, reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
  remainingOf,
} from '../../fixtures/product-database.ts';

const MINUTE_MS = 60_000;
let product: ProductDatabase;
let wechat: MemoryChannel;
let alipay: MemoryChannel;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  wechat = memoryChannel('wechat', () => NOW_MS);
  alipay = memoryChannel('alipay', () => NOW_MS);
  await product.db.write("UPDATE order_attempts SET state = 'closed', query_at = NULL WHERE state = 'open'");
  await product.db.write(
    "UPDATE refunds SET next_at = NULL, state = 'succeeded', ended_at = created_at WHERE next_at IS NOT NULL",
  );
});

const channels: Channels = async (id) => (id === 'wechat' ? wechat : alipay);
const notifyUrl = (id: ChannelId) => `https://api.example.com/v1/pay-callback-${id}`;
const tick = (nowMs: number, open = channels) => reconcileOrders(product.db, open, notifyUrl, nowMs);
const available = async (merchant: string, nowMs = NOW_MS) => (await queryQuota(product.db, merchant, nowMs)).available;
const stateOf = async (merchant: string, orderId: string, nowMs = NOW_MS) =>
  (await readOwnOrder(product.db, merchant, orderId, nowMs))?.state;

let keys = 0;
const order = (merchantId: string, id: ChannelId = 'wechat', method: PayMethod = 'qr', nowMs = NOW_MS) =>
  purchaseMembership(product.db, id === 'wechat' ? wechat : alipay, {
    ...{ merchantId, planId: 'monthly_99', method, idempotencyKey: `order-${++keys}` },
    ...{ requestHash: 'a'.repeat(64), notifyUrl: notifyUrl(id), clientIp: '203.0.113.7', nowMs },
  });

describe('one order, several ways to pay', () => {
  it('has a number of its own at each channel and method, and every code stays where it was', async () => {
    const merchant = await newMerchant(product.db);
    const qr = await order(merchant);
    const h5 = await order(merchant, 'wechat', 'h5');
    const page = await order(merchant, 'alipay', 'page');
    expect(new Set([qr.orderId, h5.orderId, page.orderId]).size).toBe(1);
    expect([...wechat.orders.keys()]).toEqual([qr.orderId, `${qr.orderId}_h`]);
    expect([...alipay.orders.keys()]).toEqual([`${qr.orderId}_p`]);
    expect([qr.codeUrl, qr.payUrl, h5.payUrl]).toEqual([
      `weixin://${qr.orderId}`,
      undefined,
      expect.stringMatching(/^https:/),
    ]);
    expect(page.attempts).toHaveLength(3);
    expect((await order(merchant)).codeUrl).toBe(qr.codeUrl);
    await expect(order(merchant, 'wechat', 'page')).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
  });

  it('grants the first payment, closes the other numbers at once, and sends a second payment back', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    await order(merchant, 'alipay', 'page');
    expect(await settleOrder(product.db, wechat.pay(orderId), 'notify', NOW_MS)).toBe('granted');
    expect(await settleOrder(product.db, alipay.pay(`${orderId}_p`), 'notify', NOW_MS)).toBe('refund_due');
    await tick(NOW_MS);
    expect([...alipay.refunds.values()]).toEqual([{ outTradeNo: `${orderId}_p`, refundFen: 9900, state: 'succeeded' }]);
    expect(wechat.refunds.size).toBe(0);
    expect(await available(merchant)).toBe(100);
    expect(await readOwnOrder(product.db, merchant, orderId, NOW_MS)).toMatchObject({
      channel: 'wechat',
      refundedFen: 0,
    });
    expect(await product.audit()).toEqual([]);
  });

  it('finds by asking that the other number was paid while it was being closed', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    await order(merchant, 'alipay', 'qr');
    await settleOrder(product.db, wechat.pay(orderId), 'notify', NOW_MS);
    const close = alipay.closeOrder.bind(alipay);
    const racing = {
      ...alipay,
      closeOrder: async (number: string) => {
        alipay.pay(number);
        await close(number);
      },
    };
    await tick(NOW_MS, async (id) => (id === 'wechat' ? wechat : racing));
    await tick(NOW_MS);
    expect(alipay.refunds.size).toBe(1);
    expect(await product.audit()).toEqual([]);
  });

  it('leaves two payments under one number to a person: the channel could not tell which is meant', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    await settleOrder(product.db, wechat.pay(orderId), 'notify', NOW_MS);
    expect(await settleOrder(product.db, wechat.pay(orderId), 'notify', NOW_MS)).toBe('refund_due');
    await tick(NOW_MS + DAY_MS);
    expect(wechat.refunds.size).toBe(0);
    const cases = await product.db.query('SELECT class, state FROM reconciliation_cases WHERE order_id = ?', [orderId]);
    expect(cases).toEqual([{ class: 'paid_twice', state: 'open' }]);
  });
});

describe('an order whose notify never came', () => {
  it('is asked about after 5 s, 30 s, 1, 3, 5 and 10 minutes, and when it is over', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    const asked: number[] = [];
    const query = wechat.queryOrder.bind(wechat);
    let nowMs = NOW_MS;
    const counting = {
      ...wechat,
      queryOrder: async (number: string) => {
        asked.push((nowMs - NOW_MS) / 1000);
        return query(number);
      },
    };
    for (; nowMs <= NOW_MS + 20 * MINUTE_MS; nowMs += 5000) await tick(nowMs, async () => counting);
    expect(asked).toEqual([5, 30, 60, 180, 300, 600, 905, 905]);
    expect(wechat.orders.get(orderId)?.state).toBe('closed');
    const [row] = await product.db.query('SELECT state, closed_at AS closedAtMs FROM orders WHERE id = ?', [orderId]);
    expect(row).toEqual({ state: 'closed', closedAtMs: NOW_MS + 905_000 });
  });

  it('is granted by the merchant looking at it, once for sixteen looks at once', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    wechat.pay(orderId);
    expect((await openOrder(product.db, channels, merchant, orderId, NOW_MS + 4999)).order.state).toBe('pending');
    const looks = product.connections(16).map((db) => openOrder(db, channels, merchant, orderId, NOW_MS + 5000));
    expect((await Promise.all(looks)).some(({ order: seen }) => seen.state === 'paid')).toBe(true);
    expect(await available(merchant)).toBe(100);
    expect(await product.audit()).toEqual([]);
  });

  it('shows what is known here while the channel does not answer', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    wechat.failure = { error: unavailable(), after: false };
    const { order: seen, failures } = await openOrder(product.db, channels, merchant, orderId, NOW_MS + 5000);
    expect([seen.state, failures.length]).toEqual(['pending', 1]);
    await expect(openOrder(product.db, channels, await newMerchant(product.db), orderId, NOW_MS)).rejects.toMatchObject(
      {
        code: 'NOT_FOUND',
      },
    );
  });

  it('is granted when the payer was faster than its end, and when he was later', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    wechat.pay(orderId);
    await tick(NOW_MS + 16 * MINUTE_MS);
    expect(await stateOf(merchant, orderId)).toBe('paid');
    const other = await newMerchant(product.db);
    const late = await order(other);
    await tick(NOW_MS + 16 * MINUTE_MS);
    expect(await stateOf(other, late.orderId)).toBe('closed');
    expect(await settleOrder(product.db, wechat.pay(late.orderId), 'notify', NOW_MS + DAY_MS)).toBe('granted_late');
    expect(await stateOf(other, late.orderId)).toBe('paid');
    expect(await product.audit()).toEqual([]);
  });

  it('stays open while the channel calls it unpaid, whatever it answers to closing', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    const deaf = { ...wechat, closeOrder: async () => undefined };
    await tick(NOW_MS + 16 * MINUTE_MS, async () => deaf);
    const [row] = await product.db.query('SELECT state FROM order_attempts WHERE order_id = ?', [orderId]);
    expect(row).toEqual({ state: 'open' });
    wechat.pay(orderId);
    await tick(NOW_MS + 60 * MINUTE_MS);
    expect(await stateOf(merchant, orderId)).toBe('paid');
  });

  it('closes with the last of its numbers, also where they close at the same moment', async () => {
    const connections = product.connections(2);
    for (let round = 0; round < 25; round += 1) {
      const merchant = await newMerchant(product.db);
      const { orderId } = await order(merchant);
      await order(merchant, 'alipay', 'page');
      const late = sqlTime(NOW_MS + 16 * MINUTE_MS);
      const closing = connections.map((db, n) =>
        db.callProcedure<{ outcome: string }>('close_attempt_v1', [n === 0 ? orderId : `${orderId}_p`, late]),
      );
      expect((await Promise.all(closing)).map(({ outcome }) => outcome)).toEqual(['closed', 'closed']);
      const [row] = await product.db.query('SELECT state FROM orders WHERE id = ?', [orderId]);
      expect(row).toEqual({ state: 'closed' });
    }
  });

  it('that was refunded at the channel before we knew is granted out of reach, with a case', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await order(merchant);
    wechat.pay(orderId);
    const by = { outTradeNo: orderId, outRefundNo: 'by-hand-0001', refundFen: 9900, totalFen: 9900 };
    await wechat.refund({ ...by, reason: 'by hand', notifyUrl: notifyUrl('wechat') });
    await tick(NOW_MS + 5000);
    expect(await stateOf(merchant, orderId)).toBe('paid');
    expect(await available(merchant)).toBe(0);
    const cases = await product.db.query('SELECT class, remedy FROM reconciliation_cases WHERE order_id = ?', [
      orderId,
    ]);
    expect(cases).toEqual([{ class: 'refund_differs', remedy: 'held' }]);
    const { outcome } = await product.db.callProcedure<{ outcome: string }>('freeze_order_v3', [
      ...[orderId, 0, '2026-03-01', null],
    ]);
    expect([outcome, await available(merchant)]).toEqual(['released', 100]);
    expect(await product.audit()).toEqual([]);
  });

  it('does not stand in the way of others while its channel fails or is closed', async () => {
    const [one, two] = [await newMerchant(product.db), await newMerchant(product.db)];
    const first = await order(one, 'alipay');
    const second = await order(two);
    wechat.pay(second.orderId);
    for (const open of [
      undefined,
      { ...alipay, queryOrder: () => Promise.reject(new ChannelError('unverified', 'x', 'y')) },
    ]) {
      const swept = await tick(NOW_MS + MINUTE_MS, async (id) => (id === 'wechat' ? wechat : open));
      expect(swept.failures.length).toBeLessThanOrEqual(1);
    }
    expect(await stateOf(two, second.orderId)).toBe('paid');
    alipay.pay(`${first.orderId}_a`);
    await tick(NOW_MS + 60 * MINUTE_MS);
    expect(await stateOf(one, first.orderId)).toBe('paid');
  });
});

describe('expired credits', () => {
  it('are written off once, and what returns to their lot later again', async () => {
    const merchant = await newMerchant(product.db);
    const lot = await grantCredits(product.db, merchant, 5, { expiresAtMs: NOW_MS + DAY_MS });
    const task = await newTask(product.db, merchant);
    const later = NOW_MS + DAY_MS;
    expect((await expireCredits(product.db, later - 1)).expiredLots).toBe(0);
    const runs = await Promise.all(product.connections(8).map((db) => expireCredits(db, later)));
    expect(runs.reduce((sum, { expiredLots }) => sum + expiredLots, 0)).toBe(1);
    expect(await remainingOf(product.db, lot)).toBe(0);
    await cancelTask(product.db, merchant, task, { nowMs: later, language: 'zh' });
    expect(await remainingOf(product.db, lot)).toBe(1);
    expect((await expireCredits(product.db, later + DAY_MS)).expiredLots).toBe(1);
    expect(await product.audit()).toEqual([]);
  });

  it('are found behind a page of lots that hold nothing', async () => {
    const merchant = await newMerchant(product.db);
    await product.db.write(
      `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
       SELECT CONCAT('lot_empty', n), ?, CONCAT('empty:', n), 'basic', 1, 0, '2026-01-01', '2026-03-10'
       FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 700) SELECT n FROM s) s`,
      [merchant],
    );
    const lot = await grantCredits(product.db, merchant, 3, { expiresAtMs: Date.UTC(2026, 2, 10) });
    expect((await expireCredits(product.db, Date.UTC(2026, 2, 11))).expiredLots).toBe(1);
    expect(await remainingOf(product.db, lot)).toBe(0);
  });
});
