import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { expireTask } from '../../../shared/tasks/unit-procedures.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
  queueTask,
  remainingOf,
} from '../../fixtures/product-database.ts';

// Each of these was a fault that could be planted in a procedure without any other test noticing.

const MONTH_MS = 30 * DAY_MS;
const ORDER_MS = 15 * 60_000;
let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  merchant = await newMerchant(product.db);
});

const { bought, ordered, refund } = buyerOf(() => ({ db: product.db, channel, merchant }));
const call = async (name: string, ...params: (string | number | null)[]): Promise<string> =>
  (await product.db.callProcedure<{ outcome: string }>(name, params)).outcome;
const only = async <Row>(sql: string, param: string): Promise<Row | undefined> =>
  (await product.db.query<Row>(sql, [param]))[0];
const orderState = async (id: string) =>
  (await only<{ state: string }>('SELECT state FROM orders WHERE id = ?', id))?.state;
const isRevoked = async (orderId: string) =>
  (
    await only<{ n: number }>(
      'SELECT revoked_at IS NOT NULL AS n FROM quota_lots WHERE source_key = ?',
      `pay:wechat:${orderId}`,
    )
  )?.n === 1;

describe('an order whose number is closed', () => {
  it('stays open until its own end, to the millisecond', async () => {
    const [early, due] = [await ordered(), await newMerchant(product.db)];
    expect(await call('close_attempt_v1', early, sqlTime(NOW_MS + ORDER_MS - 1))).toBe('closed');
    expect(await orderState(early)).toBe('pending');
    merchant = due;
    const orderId = await ordered();
    expect(await call('close_attempt_v1', orderId, sqlTime(NOW_MS + ORDER_MS))).toBe('closed');
    expect(await orderState(orderId)).toBe('closed');
  });

  it('is told from a number that nobody gave out', async () => {
    expect(await call('close_attempt_v1', 'ord_nobody', sqlTime(NOW_MS))).toBe('unknown');
  });
});

describe('a payment', () => {
  it('at the very end of a membership begins a new one', async () => {
    await bought();
    await bought(NOW_MS + MONTH_MS);
    const account = await only(
      'SELECT membership_from_at AS fromMs, membership_ends_at AS endsMs FROM accounts WHERE merchant_id = ?',
      merchant,
    );
    expect(account).toEqual({ fromMs: NOW_MS + MONTH_MS, endsMs: NOW_MS + 2 * MONTH_MS });
  });

  it('that is a second one, and was refunded at the channel by hand, is not refunded again', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    expect(await settleOrder(product.db, channel.pay(`${orderId}_h`), 'query', NOW_MS, 'hold')).toBe('refund_due');
    const row = await only('SELECT state, next_at AS nextMs FROM refunds WHERE order_id = ?', orderId);
    expect(row).toEqual({ state: 'abnormal', nextMs: null });
  });
});

describe('a membership that a release begins', () => {
  it('is of the plan that was paid, not of one that is only ordered', async () => {
    const orderId = await ordered();
    expect(await settleOrder(product.db, channel.pay(orderId), 'query', NOW_MS, 'hold')).toBe('held');
    await product.db.write(
      `INSERT INTO plans (id, name_zh, name_en, amount_fen, credits, days, access, on_sale, position)
       SELECT 'yearly_test', name_zh, name_en, amount_fen, credits, 365, access, 1, 9 FROM plans WHERE id = 'monthly_99'`,
    );
    await purchaseMembership(
      product.db,
      channel,
      planRequest(merchant, { planId: 'yearly_test', nowMs: NOW_MS + 1000 }),
    );
    expect(await call('freeze_order_v3', orderId, 0, sqlTime(NOW_MS), null)).toBe('released');
    const account = await only('SELECT plan_id AS plan FROM accounts WHERE merchant_id = ?', merchant);
    expect(account).toEqual({ plan: 'monthly_99' });
  });
});

describe('a refund', () => {
  it('of what is unused finds nothing unused from the end of its lot on', async () => {
    const orderId = await bought();
    await expect(refund(orderId, 'unused', NOW_MS + MONTH_MS)).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND' });
    expect(await refund(orderId, 'unused', NOW_MS + MONTH_MS - 1)).toMatchObject({ amountFen: 9900 });
  });

  it('that is refused leaves the credits out of reach while another one stands', async () => {
    const orderId = await bought();
    await newTask(product.db, merchant);
    await refund(orderId, 'unused');
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId, 'whole');
    expect(await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS)).toBe('closed');
    expect(await isRevoked(orderId)).toBe(true);
    expect(await product.audit()).toEqual([]);
  });

  it('of a second payment that is refused does not free credits that are frozen', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    await settleOrder(product.db, channel.pay(`${orderId}_h`), 'notify', NOW_MS);
    expect(await call('freeze_order_v3', orderId, 1, sqlTime(NOW_MS), null)).toBe('frozen');
    const row = await only<{ id: string }>(
      "SELECT id FROM refunds WHERE order_id = ? AND kind = 'second_payment'",
      orderId,
    );
    const closed = { channel: 'wechat', refundId: row?.id ?? '', state: 'closed' } as const;
    expect(await settleRefund(product.db, closed, NOW_MS)).toBe('closed');
    expect(await isRevoked(orderId)).toBe(true);
  });

  it('of frozen credits that is refused leaves them frozen, also by the second of two', async () => {
    const orderId = await bought();
    expect(await call('freeze_order_v3', orderId, 1, sqlTime(NOW_MS), null)).toBe('frozen');
    channel.refundsBegin = 'processing';
    for (const nth of ['first', 'second']) {
      const { refundId } = await refund(orderId, 'whole');
      await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
      expect(await isRevoked(orderId), nth).toBe(true);
    }
    expect(await call('freeze_order_v3', orderId, 0, sqlTime(NOW_MS), null)).toBe('released');
  });

  it('of credits that were frozen after another one was refused leaves them frozen, should it be refused as well', async () => {
    const orderId = await bought();
    channel.refundsBegin = 'processing';
    const closed = async (refundId: string) =>
      settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    await closed((await refund(orderId, 'whole')).refundId);
    expect([await isRevoked(orderId), await call('freeze_order_v3', orderId, 1, sqlTime(NOW_MS), null)]).toEqual([
      false,
      'frozen',
    ]);
    await closed((await refund(orderId, 'whole')).refundId);
    expect(await isRevoked(orderId)).toBe(true);
  });

  it('of frozen credits leaves them frozen when it is refused, also while a second payment is on its way back', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    channel.refundsBegin = 'processing';
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    await settleOrder(product.db, channel.pay(`${orderId}_h`), 'notify', NOW_MS);
    expect(await call('freeze_order_v3', orderId, 1, sqlTime(NOW_MS), null)).toBe('frozen');
    const { refundId } = await refund(orderId, 'whole');
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    expect(await isRevoked(orderId)).toBe(true);
  });

  it('and another of the rest, both refused, give back what they took', async () => {
    const orderId = await bought();
    await newTask(product.db, merchant);
    channel.refundsBegin = 'processing';
    const [unused, rest] = [await refund(orderId, 'unused'), await refund(orderId, 'whole')];
    for (const { refundId } of [unused, rest])
      await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    expect(await isRevoked(orderId)).toBe(false);
  });

  it('that was refused does not keep frozen credits from being released', async () => {
    const orderId = await bought();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId, 'whole');
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    expect(await call('freeze_order_v3', orderId, 1, sqlTime(NOW_MS), null)).toBe('frozen');
    expect(await call('freeze_order_v3', orderId, 0, sqlTime(NOW_MS), null)).toBe('released');
  });

  it('that is refused after its merchant has deleted the account gives nobody credits, and a person sends it again', async () => {
    const orderId = await bought();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId, 'whole');
    await product.db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [sqlTime(NOW_MS), merchant]);
    const closed = { channel: 'wechat', refundId, state: 'closed' } as const;
    expect(await settleRefund(product.db, closed, NOW_MS)).toBe('ownerless');
    expect(await settleRefund(product.db, closed, NOW_MS)).toBe('ended');
    expect(await call('freeze_order_v3', orderId, 0, sqlTime(NOW_MS), null)).toBe('unchanged');
    expect(await isRevoked(orderId)).toBe(true);
    const account = await only('SELECT membership_ends_at AS endsMs FROM accounts WHERE merchant_id = ?', merchant);
    expect(account).toEqual({ endsMs: NOW_MS });
    const found = await only(
      `SELECT class, subject, order_id AS orderId, actual_fen AS actualFen, state, remedy FROM reconciliation_cases
       WHERE order_id = ?`,
      orderId,
    );
    const held = { class: 'paid_not_granted', remedy: 'held', state: 'open' };
    expect(found).toEqual({ ...held, subject: refundId, orderId, actualFen: 9900 });
    expect(await refund(orderId, 'whole')).toMatchObject({ amountFen: 9900 });
    expect(await product.audit()).toEqual([]);
  });
});

describe.each([
  ['a refund', (orderId: string, nowMs: number) => refund(orderId, 'whole', nowMs)],
  ['a reconciliation', (orderId: string, nowMs: number) => call('freeze_order_v3', orderId, 1, sqlTime(nowMs), null)],
  [
    'an operator',
    (orderId: string, nowMs: number) =>
      call(
        ...(['set_order_freeze_v1', 'mch_operator', orderId, 1, '渠道查无此单', `freeze-${orderId}`] as const),
        ...['a'.repeat(64), 'req_1', sqlTime(nowMs)],
      ),
  ],
])('a lot that is put out of reach by %s counts as revoked', (_, revoke) => {
  const revokedAt = async (orderId: string) => {
    const sql = 'SELECT revoked_at AS atMs FROM quota_lots WHERE source_key = ?';
    return (await only<{ atMs: number | null }>(sql, `pay:wechat:${orderId}`))?.atMs;
  };

  it('from then on', async () => {
    const orderId = await bought();
    await newTask(product.db, merchant);
    await revoke(orderId, NOW_MS + 1);
    expect(await revokedAt(orderId)).toBe(NOW_MS + 1);
  });

  it('not before what was last taken from it by somebody who began later and came in first', async () => {
    const orderId = await bought();
    await newTask(product.db, merchant, NOW_MS + 2);
    await newTask(product.db, merchant, NOW_MS + 1);
    await revoke(orderId, NOW_MS);
    expect(await revokedAt(orderId)).toBe(NOW_MS + 2);
    expect(await product.audit()).toEqual([]);
  });

  it('not before a credit of it came back as a fresh lot', async () => {
    const orderId = await bought();
    const taskId = await newTask(product.db, merchant);
    await queueTask(product.db, taskId);
    const over = NOW_MS + MONTH_MS;
    expect(await expireTask(product.db, taskId, over)).toBe('ended');
    await revoke(orderId, over - 1);
    expect(await revokedAt(orderId)).toBe(over);
    expect(await product.audit()).toEqual([]);
  });
});

describe('a lot that is written off', () => {
  it('is over, not revoked, and the merchant’s own', async () => {
    const lot = await grantCredits(product.db, merchant, 2, { expiresAtMs: NOW_MS + DAY_MS });
    const other = await newMerchant(product.db);
    const over = sqlTime(NOW_MS + DAY_MS);
    expect(await call('expire_lot_v1', merchant, lot, sqlTime(NOW_MS + DAY_MS - 1))).toBe('not_due');
    expect(await call('expire_lot_v1', other, lot, over)).toBe('not_due');
    await product.db.write('UPDATE quota_lots SET revoked_at = ? WHERE id = ?', [sqlTime(NOW_MS), lot]);
    expect(await call('expire_lot_v1', merchant, lot, over)).toBe('not_due');
    expect(await remainingOf(product.db, lot)).toBe(2);
  });
});
