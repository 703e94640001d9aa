import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  channel.refundsBegin = 'processing';
  merchant = await newMerchant(product.db);
});

const { bought, ordered, refund } = buyerOf(() => ({ db: product.db, channel, merchant }));
async function freeze(orderId: string, frozen: 0 | 1): Promise<string> {
  const key = `freeze-${orderId}-${frozen}`;
  const params = ['mch_operator', orderId, frozen, '渠道查无此单', key, 'a'.repeat(64), 'req_1', sqlTime(NOW_MS)];
  return (await product.db.callProcedure<{ outcome: string }>('set_order_freeze_v1', params)).outcome;
}

it('is released although a refund of it was refused', async () => {
  const orderId = await bought();
  const { refundId } = await refund(orderId);
  await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
  expect(await freeze(orderId, 1)).toBe('frozen');
  expect(await freeze(orderId, 0)).toBe('released');
  expect(await product.audit()).toEqual([]);
});

it('is released although a second payment of it goes back', async () => {
  const orderId = await ordered();
  await ordered(NOW_MS, 'h5');
  for (const number of [orderId, `${orderId}_h`]) {
    await settleOrder(product.db, channel.pay(number), 'notify', NOW_MS);
  }
  expect(await freeze(orderId, 1)).toBe('frozen');
  expect(await freeze(orderId, 0)).toBe('released');
  expect(await product.audit()).toEqual([]);
});
