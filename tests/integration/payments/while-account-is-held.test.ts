import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

// Two orders of one merchant have locks of their own: it is the account that keeps what follows from both in one line.

const MONTH_MS = 30 * DAY_MS;
let product: ProductDatabase;
let holder: Connection;
let channel: MemoryChannel;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
  holder = await createConnection({ ...product.secret, timezone: 'Z' });
});
afterAll(async () => {
  await holder.end();
  await product.close();
});
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  merchant = await newMerchant(product.db);
});

const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';
let keys = 0;
const ordered = async (): Promise<string> =>
  (await purchaseMembership(product.db, channel, planRequest(merchant, { nowMs: NOW_MS }))).orderId;
const settle = (orderId: string) => settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
async function bought(): Promise<string> {
  const orderId = await ordered();
  await settle(orderId);
  return orderId;
}
const refund = (orderId: string) =>
  refundOrder(product.db, async () => channel, notifyUrl, {
    ...{ orderId, mode: 'whole', reason: '客户申请退款', operatorId: 'mch_operator', idempotencyKey: `held-${++keys}` },
    ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
  });
const freeze = (orderId: string) => product.db.callProcedure('freeze_order_v3', [orderId, 1, sqlTime(NOW_MS), null]);
const lotOf = (orderId: string): string => `pay:wechat:${orderId}`;

async function membershipEndsMs(): Promise<number | undefined> {
  const [row] = await product.db.query<{ endsMs: number }>(
    'SELECT membership_ends_at AS endsMs FROM accounts WHERE merchant_id = ?',
    [merchant],
  );
  return row?.endsMs;
}

/** Somebody else's transaction holds the account and has changed something of the merchant's; it ends once `work` waits. */
async function whileHeld(change: string, params: readonly string[], work: () => Promise<unknown>): Promise<void> {
  await holder.query('START TRANSACTION');
  await holder.query('SELECT 1 FROM accounts WHERE merchant_id = ? FOR UPDATE', [merchant]);
  await holder.query(change, [...params]);
  const worked = work();
  try {
    await somebodyWaits();
  } finally {
    await holder.query('COMMIT');
  }
  await worked;
}

/** InnoDB's own list is refreshed when it has not been read for 0.1 s. */
async function somebodyWaits(): Promise<void> {
  for (let tries = 0; tries < 30; tries++) {
    await sleep(150);
    const [waiting] = await holder.query(
      "SELECT 1 FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()",
    );
    if ((waiting as unknown[]).length > 0) return;
  }
  throw new Error('nobody waits for the account');
}

describe('a notice of what is known', () => {
  it('waits for nobody who holds its order; what differs from the books does', async () => {
    const orderId = await ordered();
    const notice = channel.pay(orderId);
    await settleOrder(product.db, notice, 'notify', NOW_MS);
    await holder.beginTransaction();
    await holder.query('SELECT id FROM orders WHERE id = ? FOR UPDATE', [orderId]);
    let answered = false;
    const other = settleOrder(product.db, { ...notice, amountFen: notice.amountFen + 1 }, 'notify', NOW_MS);
    void other.then(() => {
      answered = true;
    });
    const [second] = product.connections(1) as [typeof product.db];
    expect(await settleOrder(second, notice, 'notify', NOW_MS)).toBe('duplicate');
    await sleep(100);
    expect(answered).toBe(false);
    await holder.rollback();
    // By its transaction's number it is known, whatever else it says.
    expect(await other).toBe('duplicate');
  });

  it('names the request that ordered it, and is not known under a number of ours that never was', async () => {
    const orderId = await ordered();
    const notice = channel.pay(orderId);
    await product.db.write('UPDATE orders SET trace = ? WHERE id = ?', ['req_that_ordered', orderId]);
    const told: (string | null)[] = [];
    const hear = (payment: typeof notice) =>
      settleOrder(product.db, payment, 'notify', NOW_MS, 'grant', (trace) => void told.push(trace));
    expect([await hear(notice), await hear(notice)]).toEqual(['granted', 'duplicate']);
    expect(told).toEqual(['req_that_ordered', 'req_that_ordered']);
    expect(await hear({ ...notice, outTradeNo: 'ord_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toBe('unknown');
  });
});

describe('while the account is held', () => {
  it('a payment waits, and begins where the other one has ended the membership', async () => {
    const orderId = await ordered();
    const ends = sqlTime(NOW_MS + MONTH_MS);
    await whileHeld(
      'UPDATE accounts SET membership_from_at = ?, membership_ends_at = ? WHERE merchant_id = ?',
      [sqlTime(NOW_MS), ends, merchant],
      () => settle(orderId),
    );
    expect(await membershipEndsMs()).toBe(NOW_MS + 2 * MONTH_MS);
  });

  it.each([
    ['a refund', refund],
    ['a freeze', freeze],
  ])('%s waits, and ends a membership whose other purchase was taken back meanwhile', async (_what, work) => {
    const [first, second] = [await bought(), await bought()];
    const revoked = 'UPDATE quota_lots SET revoked_at = ? WHERE source_key = ?';
    await whileHeld(revoked, [sqlTime(NOW_MS), lotOf(second)], () => work(first));
    expect(await membershipEndsMs()).toBe(NOW_MS);
  });

  it('a refund that is refused waits, and gives back a membership that lasts as long as its other purchase', async () => {
    const [first, second] = [await bought(), await bought()];
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(first);
    await refund(second);
    const standing = 'UPDATE quota_lots SET revoked_at = NULL WHERE source_key = ?';
    await whileHeld(standing, [lotOf(second)], () =>
      settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS),
    );
    expect(await membershipEndsMs()).toBe(NOW_MS + 2 * MONTH_MS);
  });
});
