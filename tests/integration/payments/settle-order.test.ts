import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { getMembership } from '../../../shared/membership/get-membership.ts';
import type { PaymentChannel } from '../../../shared/payments/channel.ts';
import { readOwnOrder } from '../../../shared/payments/order.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());

const open = memoryChannel('wechat', () => NOW_MS);

const purchase = (merchantId: string, over: object = {}, at: PaymentChannel = open, db = product.db) =>
  purchaseMembership(db, at, planRequest(merchantId, over));

let transactions = 0;
const payment = (outTradeNo: string, over: object = {}) => ({
  channel: 'wechat' as const,
  outTradeNo,
  transactionId: `42000000${++transactions}`,
  amountFen: 9900,
  currency: 'CNY',
  merchantId: '1900000001',
  appId: 'wx0000000000000001',
  paidAtMs: NOW_MS,
  ...over,
});

describe('settling an order', () => {
  it('grants once for one notice that comes 32 times at once', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    const notice = payment(orderId);
    const results = await Promise.all(product.connections(32).map((db) => settleOrder(db, notice, 'notify', NOW_MS)));
    expect(results.filter((result) => result === 'granted')).toHaveLength(1);
    expect(results.filter((result) => result === 'duplicate')).toHaveLength(31);
    expect((await queryQuota(product.db, merchant, NOW_MS)).available).toBe(100);
    expect(await product.audit()).toEqual([]);
  });

  it('grants once when notice, query and bill report it at once', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    const notice = payment(orderId);
    const sources = ['notify', 'query', 'bill'] as const;
    await Promise.all(product.connections(12).map((db, i) => settleOrder(db, notice, sources[i % 3]!, NOW_MS)));
    expect((await queryQuota(product.db, merchant, NOW_MS)).available).toBe(100);
  });

  it('keeps a second payment of one order as due for refund, and grants nothing for it', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    const connections = product.connections(8);
    const results = await Promise.all(connections.map((db) => settleOrder(db, payment(orderId), 'notify', NOW_MS)));
    expect(results.filter((result) => result === 'granted')).toHaveLength(1);
    expect(results.filter((result) => result === 'refund_due')).toHaveLength(7);
    // Each thing by an id of its own kind, which is its number at the channel as well.
    for (const [table, prefix, rows] of [
      ['payments', 'pay_', 8],
      ['refunds', 'rfd_', 7],
      ['quota_lots', 'lot_', 1],
    ] as const) {
      const like = `${prefix}${'_'.repeat(26)}`;
      const of = `SELECT id FROM ${table} WHERE merchant_id = ? AND id LIKE ?`;
      expect(await product.db.query(of, [merchant, like])).toHaveLength(rows);
    }
    expect((await queryQuota(product.db, merchant, NOW_MS)).available).toBe(100);
    expect(await product.audit()).toEqual([]);
  });

  it('writes nothing for another amount, another currency or an unknown order', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    const settle = (over: object, order = orderId) => settleOrder(product.db, payment(order, over), 'notify', NOW_MS);
    expect(await settle({ amountFen: 1 })).toBe('amount_mismatch');
    expect(await settle({ amountFen: 9901 })).toBe('amount_mismatch');
    expect(await settle({ currency: 'USD' })).toBe('amount_mismatch');
    expect(await settle({}, 'ord_01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('unknown');
    expect((await readOwnOrder(product.db, merchant, orderId, NOW_MS))?.state).toBe('pending');
    expect((await product.db.query('SELECT id FROM payments WHERE order_id = ?', [orderId])).length).toBe(0);
  });

  it('opens one case for what is not as it was ordered, by the order and not by the number at its channel', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant, { method: 'h5' });
    const notice = payment(`${orderId}_h`);
    const settled: unknown[] = [];
    for (const over of [{ amountFen: 1 }, { amountFen: 1 }, { channel: 'alipay' as const }])
      settled.push(await settleOrder(product.db, { ...notice, ...over }, 'query', NOW_MS));
    settled.push(await settleOrder(product.db, payment('another-shop-1'), 'query', NOW_MS));
    expect(settled).toEqual(['amount_mismatch', 'amount_mismatch', 'wrong_channel', 'unknown']);
    const cases = await product.db.query(
      `SELECT class, channel, order_id AS orderId, actual_fen AS actualFen, remedy, state FROM reconciliation_cases
       WHERE order_id IN (?, 'another-shop-1') ORDER BY class, channel`,
      [orderId],
    );
    const open = { remedy: 'none', state: 'open' };
    expect(cases).toEqual([
      { class: 'amount_differs', channel: 'wechat', orderId, actualFen: 1, ...open },
      { class: 'paid_not_granted', channel: 'alipay', orderId, actualFen: 9900, ...open },
      { class: 'paid_not_granted', channel: 'wechat', orderId: 'another-shop-1', actualFen: 9900, ...open },
    ]);
  });

  it('tells which request ordered it, first and again, and keeps who paid; of what nobody ordered there is none', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant, { trace: 'of-the-order' });
    const notice = { ...payment(orderId), payerHash: 'b'.repeat(64) };
    const told: unknown[] = [];
    const settle = (one: ReturnType<typeof payment>, source: 'notify' | 'query', over = {}) =>
      settleOrder(product.db, { ...one, ...over }, source, NOW_MS, 'grant', (trace) => told.push(trace));
    expect([
      await settle(notice, 'notify', { amountFen: 1 }),
      await settle(notice, 'notify'),
      await settle(notice, 'notify'),
      await settle(notice, 'query'),
      await settle(payment('another-shop-1'), 'notify'),
    ]).toEqual(['amount_mismatch', 'granted', 'duplicate', 'duplicate', 'unknown']);
    expect(told).toEqual([...Array<string>(4).fill('of-the-order'), null]);
    const rows = await product.db.query('SELECT payer_hash AS payerHash FROM payments WHERE order_id = ?', [orderId]);
    expect(rows).toEqual([{ payerHash: 'b'.repeat(64) }]);
  });

  it('grants a payment that comes after the order ran out: the merchant has paid its price', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    const late = NOW_MS + 900_000;
    expect((await readOwnOrder(product.db, merchant, orderId, late))?.state).toBe('closed');
    expect(await settleOrder(product.db, payment(orderId), 'notify', late)).toBe('granted_late');
    expect((await readOwnOrder(product.db, merchant, orderId, late))?.state).toBe('paid');
  });

  it('holds what was paid for an account that was deleted since, and tells a person, who sends it back', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    await product.db.callProcedure('close_attempt_v1', [orderId, sqlTime(NOW_MS + 900_000)]);
    await product.db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [sqlTime(NOW_MS), merchant]);
    const late = payment(orderId);
    expect(await settleOrder(product.db, late, 'notify', NOW_MS + 901_000)).toBe('ownerless');
    expect(await settleOrder(product.db, late, 'notify', NOW_MS + 902_000)).toBe('duplicate');
    expect((await queryQuota(product.db, merchant, NOW_MS)).available).toBe(0);
    expect((await getMembership(product.db, merchant, NOW_MS)).state).toBe('none');
    const cases = await product.db.query(
      'SELECT class, subject, order_id AS orderId, actual_fen AS actualFen, state, remedy FROM reconciliation_cases WHERE order_id = ?',
      [orderId],
    );
    const held = { class: 'paid_not_granted', remedy: 'held', state: 'open' };
    expect(cases).toEqual([{ ...held, subject: late.transactionId, orderId, actualFen: 9900 }]);
    const refund = await refundOrder(
      product.db,
      async () => open,
      () => 'https://api.example.com/v1/pay-callback-wechat',
      {
        ...{ orderId, mode: 'whole', reason: '账号已注销', operatorId: 'mch_operator', idempotencyKey: 'ownerless' },
        ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS + 3_600_000 },
      },
    );
    expect(refund.amountFen).toBe(9900);
    expect(await product.audit()).toEqual([]);
  });

  it('extends a running membership from its end, and adds to what is left', async () => {
    const merchant = await newMerchant(product.db);
    const first = await purchase(merchant);
    await settleOrder(product.db, payment(first.orderId), 'notify', NOW_MS);
    const later = NOW_MS + 10 * DAY_MS;
    const second = await purchase(merchant, { nowMs: later });
    await settleOrder(product.db, payment(second.orderId), 'notify', later);
    expect(await getMembership(product.db, merchant, later)).toEqual({
      state: 'active',
      planId: 'monthly_99',
      fromAtMs: NOW_MS,
      endsAtMs: NOW_MS + 60 * DAY_MS,
    });
    const { available, lots } = await queryQuota(product.db, merchant, later);
    expect([available, lots.map((lot) => lot.expiresAtMs)]).toEqual([
      200,
      [NOW_MS + 30 * DAY_MS, NOW_MS + 60 * DAY_MS],
    ]);
  });

  it.each([
    ['the end of January', '2026-01-31T23:30:00+08:00', '2026-03-02T23:30:00+08:00'],
    ['a leap day', '2028-02-15T00:00:00+08:00', '2028-03-16T00:00:00+08:00'],
    ['a year’s end', '2026-12-31T00:00:00.001+08:00', '2027-01-30T00:00:00.001+08:00'],
  ])('counts days of Shanghai over %s', async (_what, from, ends) => {
    const nowMs = Date.parse(from);
    const merchant = await newMerchant(product.db, nowMs);
    const { orderId } = await purchase(merchant, { nowMs });
    await settleOrder(product.db, payment(orderId, { paidAtMs: nowMs }), 'notify', nowMs);
    expect((await getMembership(product.db, merchant, nowMs)).endsAtMs).toBe(Date.parse(ends));
  });

  it('grants what was ordered for its price then, when the plan has changed meanwhile', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    const price = (fen: number, credits: number) =>
      product.db.write("UPDATE plans SET amount_fen = ?, credits = ? WHERE id = 'monthly_99'", [fen, credits]);
    await price(19_900, 10);
    expect(await settleOrder(product.db, payment(orderId, { amountFen: 19_900 }), 'notify', NOW_MS)).toBe(
      'amount_mismatch',
    );
    expect(await settleOrder(product.db, payment(orderId), 'notify', NOW_MS)).toBe('granted');
    expect((await queryQuota(product.db, merchant, NOW_MS)).available).toBe(100);
    await price(9900, 100);
  });

  it('starts anew after the membership has ended', async () => {
    const merchant = await newMerchant(product.db);
    const first = await purchase(merchant);
    await settleOrder(product.db, payment(first.orderId), 'notify', NOW_MS);
    const later = NOW_MS + 40 * DAY_MS;
    expect((await getMembership(product.db, merchant, later)).state).toBe('expired');
    const second = await purchase(merchant, { nowMs: later });
    await settleOrder(product.db, payment(second.orderId), 'notify', later);
    expect(await getMembership(product.db, merchant, later)).toMatchObject({
      state: 'active',
      fromAtMs: later,
      endsAtMs: later + 30 * DAY_MS,
    });
  });

  it('calls the last seven days expiring', async () => {
    const merchant = await newMerchant(product.db);
    const { orderId } = await purchase(merchant);
    await settleOrder(product.db, payment(orderId), 'notify', NOW_MS);
    const states = [23 * DAY_MS - 1, 23 * DAY_MS, 30 * DAY_MS - 1, 30 * DAY_MS].map(
      async (after) => (await getMembership(product.db, merchant, NOW_MS + after)).state,
    );
    expect(await Promise.all(states)).toEqual(['active', 'expiring', 'expiring', 'expired']);
  });
});

describe('ordering a plan', () => {
  it('answers the open order while one is unpaid, for 16 clicks at once too', async () => {
    const merchant = await newMerchant(product.db);
    const orders = await Promise.all(product.connections(16).map((db) => purchase(merchant, {}, open, db)));
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(1);
    expect(orders[0]).toMatchObject({ state: 'pending', amountFen: 9900, expiresAtMs: NOW_MS + 900_000 });
  });

  it('orders what was shown: not the open order of another offer, and none that the plan has not', async () => {
    const merchant = await newMerchant(product.db);
    const shown = { offer: '9900-100-30-member' };
    const old = await purchase(merchant, shown);
    const set = (fen: number, credits: number, days: number, access = 'member') =>
      product.db.write("UPDATE plans SET amount_fen = ?, credits = ?, days = ?, access = ? WHERE id = 'monthly_99'", [
        ...[fen, credits, days, access],
      ]);
    await set(9900, 60, 30);
    // Its code can still be paid: whoever was shown that offer goes on with it.
    expect((await purchase(merchant, shown)).orderId).toBe(old.orderId);
    const fewer = await purchase(merchant, { offer: '9900-60-30-member' });
    expect([fewer.credits, fewer.orderId === old.orderId]).toEqual([60, false]);
    const another = await newMerchant(product.db);
    const changes: readonly Parameters<typeof set>[] = [
      [9901, 100, 30],
      [9900, 99, 30],
      [9900, 100, 29],
      [9900, 100, 30, 'basic'],
    ];
    for (const changed of changes) {
      await set(...changed);
      const refused = { code: 'PLAN_CHANGED', fields: [{ path: 'offer' }] };
      await expect(purchase(another, shown)).rejects.toMatchObject(refused);
    }
    expect(await product.db.query('SELECT id FROM orders WHERE merchant_id = ?', [another])).toEqual([]);
    await set(9900, 100, 30);
    // Two offers were ordered, and both are paid: two purchases.
    for (const { orderId } of [old, fewer])
      expect(await settleOrder(product.db, payment(orderId), 'notify', NOW_MS)).toBe('granted');
    expect((await queryQuota(product.db, merchant, NOW_MS)).available).toBe(160);
  });

  it('makes a new order when the open one is in its last minute', async () => {
    const merchant = await newMerchant(product.db);
    const first = await purchase(merchant);
    expect((await purchase(merchant, { nowMs: NOW_MS + 839_999 })).orderId).toBe(first.orderId);
    expect((await purchase(merchant, { nowMs: NOW_MS + 840_000 })).orderId).not.toBe(first.orderId);
  });

  it('answers a used key with its order, and refuses it for another request', async () => {
    const merchant = await newMerchant(product.db);
    const first = await purchase(merchant, { idempotencyKey: 'mine' });
    expect(await purchase(merchant, { idempotencyKey: 'mine', nowMs: NOW_MS + 5 })).toEqual(first);
    await expect(purchase(merchant, { idempotencyKey: 'mine', requestHash: 'b'.repeat(64) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('answers a key with its order for ever: also one that was answered with an open order which is paid by now', async () => {
    const merchant = await newMerchant(product.db);
    const first = await purchase(merchant);
    const second = await purchase(merchant, { idempotencyKey: 'late' });
    expect(second.orderId).toBe(first.orderId);
    await settleOrder(product.db, payment(first.orderId), 'notify', NOW_MS);
    expect(await purchase(merchant, { idempotencyKey: 'late' })).toMatchObject({
      orderId: first.orderId,
      state: 'paid',
    });
    expect((await purchase(merchant)).orderId).not.toBe(first.orderId);
  });

  it('refuses a plan that does not exist or is not on sale', async () => {
    const merchant = await newMerchant(product.db);
    await product.db.write(
      `INSERT INTO plans (id, name_zh, name_en, amount_fen, credits, days, access, on_sale, position)
       SELECT 'old_plan', name_zh, name_en, amount_fen, credits, days, access, 0, position FROM plans WHERE id = 'monthly_99'`,
    );
    for (const planId of ['nothing', 'old_plan']) {
      await expect(purchase(merchant, { planId })).rejects.toMatchObject({ code: 'PLAN_NOT_FOUND' });
    }
  });

  it('keeps the order when the channel fails, and asks again under the same number', async () => {
    const merchant = await newMerchant(product.db);
    const failing = memoryChannel();
    failing.failure = { error: unavailable(), after: true };
    await expect(purchase(merchant, {}, failing)).rejects.toMatchObject({ code: 'PAYMENT_CHANNEL_FAILED' });
    const order = await purchase(merchant);
    expect([...failing.orders.keys()]).toEqual([order.orderId]);
    expect(order.codeUrl).toContain(order.orderId);
  });

  it('shows an order to its own merchant only', async () => {
    const [one, two] = [await newMerchant(product.db), await newMerchant(product.db)];
    const { orderId } = await purchase(one);
    expect(await readOwnOrder(product.db, two, orderId, NOW_MS)).toBeUndefined();
  });
});
