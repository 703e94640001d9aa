import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import {
  grantCredits,
  NOW_MS,
  newMerchant,
  type ProductDatabase,
  productDatabase,
} from '../../fixtures/product-database.ts';

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

const { ordered, refund } = buyerOf(() => ({ db: product.db, channel, merchant }));

describe('a payment that the bill tells of', () => {
  const torn = async (orderId: string, ...tables: ('quota_entries' | 'quota_lots')[]): Promise<void> => {
    for (const table of tables)
      await product.db.write(`DELETE FROM ${table} WHERE source_key = ?`, [`pay:wechat:${orderId}`]);
  };
  const settled = async (over: { nowMs?: number } = {}) => {
    const orderId = await ordered(over.nowMs);
    const payment = channel.pay(orderId);
    await settleOrder(product.db, payment, 'notify', over.nowMs ?? NOW_MS);
    return { orderId, payment };
  };
  const told = (payment: Parameters<typeof settleOrder>[1]) => settleOrder(product.db, payment, 'bill', NOW_MS);

  it('is granted again when its credits are gone, whatever the merchant has bought beside it or had refunded', async () => {
    await refund((await settled()).orderId);
    await settled({ nowMs: NOW_MS + 1 });
    const { orderId, payment } = await settled({ nowMs: NOW_MS + 2 });
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId);
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    await torn(orderId, 'quota_entries', 'quota_lots');
    expect([await told(payment), await told(payment)]).toEqual(['granted', 'duplicate']);
  });

  it('is left to a person when the ledger still speaks of its credits, also while it is on its way back', async () => {
    const { orderId, payment } = await settled();
    channel.refundsBegin = 'processing';
    await refund(orderId);
    await torn(orderId, 'quota_lots');
    expect(await told(payment)).toBe('duplicate');
  });

  it('is not granted for a second order whose number stands beside it', async () => {
    const { payment } = await settled();
    const other = await ordered(NOW_MS + 1);
    expect(await told({ ...payment, outTradeNo: other })).toBe('duplicate');
    const [row] = await product.db.query('SELECT state FROM orders WHERE id = ?', [other]);
    expect(row).toEqual({ state: 'pending' });
  });

  it('and that goes back as a second one does not stand in for the first', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    const second = channel.pay(`${orderId}_h`);
    expect(await settleOrder(product.db, second, 'notify', NOW_MS)).toBe('refund_due');
    const [back] = await product.db.query<{ id: string }>('SELECT id FROM refunds WHERE order_id = ?', [orderId]);
    await settleRefund(product.db, { channel: 'wechat', refundId: back?.id ?? '', state: 'closed' }, NOW_MS);
    await torn(orderId, 'quota_entries', 'quota_lots');
    expect(await told(second)).toBe('duplicate');
  });
});

it('credits that say that they are of another’s order, once out of reach, leave their owner no membership', async () => {
  const orderId = await ordered();
  const owner = await newMerchant(product.db);
  await grantCredits(product.db, owner, 5);
  await product.db.write('UPDATE quota_lots SET source_key = ? WHERE merchant_id = ?', [
    `pay:wechat:${orderId}`,
    owner,
  ]);
  await product.db.write("UPDATE accounts SET membership_ends_at = '2027-01-01' WHERE merchant_id = ?", [owner]);
  const [lot] = await product.db.query<{ id: string }>('SELECT id FROM quota_lots WHERE merchant_id = ?', [owner]);
  const { outcome } = await product.db.callProcedure<{ outcome: string }>('freeze_order_v3', [
    ...[orderId, 1, sqlTime(NOW_MS), lot?.id ?? ''],
  ]);
  const [account] = await product.db.query<{ endsMs: number }>(
    'SELECT membership_ends_at AS endsMs FROM accounts WHERE merchant_id = ?',
    [owner],
  );
  expect([outcome, account?.endsMs]).toEqual(['frozen', NOW_MS]);
});
