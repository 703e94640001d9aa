import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { getReceipt } from '../../../shared/payments/get-receipt.ts';
import { listOrders } from '../../../shared/payments/list-orders.ts';
import { requestInvoice } from '../../../shared/payments/request-invoice.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import {
  NOW_MS,
  newMerchant,
  newTask,
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
async function bought() {
  const orderId = await ordered();
  const notice = channel.pay(orderId);
  await settleOrder(product.db, notice, 'notify', NOW_MS + 1);
  return notice;
}
const receipt = (orderId: string, of = merchant) => getReceipt(product.db, of, orderId);

describe('a receipt', () => {
  it('says all that was paid and went back: what was refused is none of it, what is on its way has no end', async () => {
    const { outTradeNo: orderId, transactionId } = await bought();
    const plain = {
      ...{ receiptNumber: expect.stringMatching(/^R[0-9A-Z]{26}$/) as unknown, orderId, transactionId },
      ...{ planNameZh: '月度会员', planNameEn: 'Monthly', credits: 100, days: 30, amountFen: 9900 },
      ...{ channel: 'wechat', paidAtMs: NOW_MS },
    };
    expect(await receipt(orderId)).toEqual({ ...plain, refundedFen: 0, refunds: [] });
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId);
    channel.endRefund(refundId, 'closed');
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
    channel.refundsBegin = 'succeeded';
    await newTask(product.db, merchant);
    const unused = await refund(orderId, 'unused', NOW_MS + 2);
    channel.refundsBegin = 'processing';
    const rest = await refund(orderId, 'whole', NOW_MS + 3);
    const { refunds, ...all } = await receipt(orderId);
    expect(all).toEqual({ ...plain, refundedFen: 9900 });
    expect(refunds).toStrictEqual([
      {
        ...{ refundId: unused.refundId, amountFen: 9801, credits: 99, state: 'succeeded' },
        ...{ createdAtMs: NOW_MS + 2, endedAtMs: NOW_MS + 2 },
      },
      { refundId: rest.refundId, amountFen: 99, credits: 0, state: 'processing', createdAtMs: NOW_MS + 3 },
    ]);
  });

  it('is the merchant’s own, and of an order that was paid', async () => {
    const orderId = await ordered();
    await expect(receipt(orderId)).rejects.toMatchObject({ code: 'ORDER_NOT_PAID' });
    await expect(receipt(orderId, await newMerchant(product.db))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(receipt('ord_01ARZ3NDEKTSV4RRFFQ69G5FAV')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a 发票', () => {
  const request = (orderId: string, over: object = {}) =>
    requestInvoice(product.db, {
      ...{ merchantId: merchant, orderId, titleKind: 'company', title: '某某服饰', taxNumber: '91350100M000100Y43' },
      ...{ email: 'a@example.com', nowMs: NOW_MS, ...over },
    });
  const rows = () =>
    product.db.query(
      `SELECT order_id AS orderId, merchant_id AS merchantId, title_kind AS titleKind, title, tax_number AS taxNumber, email,
         amount_fen AS amountFen, state, created_at AS createdAtMs FROM invoice_requests WHERE merchant_id = ?`,
      [merchant],
    );

  it('is of what is left, as it was last asked for', async () => {
    const { outTradeNo: orderId } = await bought();
    expect(await request(orderId)).toEqual({ orderId, state: 'requested', amountFen: 9900 });
    const row = {
      ...{ orderId, merchantId: merchant, titleKind: 'company', title: '某某服饰', taxNumber: '91350100M000100Y43' },
      ...{ email: 'a@example.com', amountFen: 9900, state: 'requested', createdAtMs: NOW_MS },
    };
    expect(await rows()).toEqual([row]);
    await newTask(product.db, merchant);
    await refund(orderId, 'unused');
    const person = { titleKind: 'personal', title: '张三', taxNumber: undefined, email: 'z@example.com' };
    const again = await request(orderId, { ...person, nowMs: NOW_MS + 9 });
    expect(again).toEqual({ orderId, state: 'requested', amountFen: 99 });
    expect(await rows()).toEqual([{ ...row, ...person, taxNumber: null, amountFen: 99 }]);
    await product.db.write("UPDATE invoice_requests SET state = 'rejected' WHERE order_id = ?", [orderId]);
    await expect(request(orderId)).rejects.toMatchObject({ code: 'INVOICE_ENDED' });
  });

  it('is of nothing where nothing was paid, or all went back', async () => {
    await expect(request(await ordered())).rejects.toMatchObject({ code: 'ORDER_NOT_PAID' });
    const { outTradeNo: orderId } = await bought();
    await refund(orderId);
    await expect(request(orderId)).rejects.toMatchObject({ code: 'ORDER_NOT_PAID' });
    expect(await rows()).toEqual([]);
  });
});

describe('the orders of a merchant', () => {
  it('are listed a page at a time, newest first, as they are now', async () => {
    const { outTradeNo: first } = await bought();
    const second = await ordered(NOW_MS + 10);
    const list = (over: object, nowMs = NOW_MS + 20) => listOrders(product.db, merchant, { limit: 1, ...over }, nowMs);
    expect(await list({})).toMatchObject({ items: [{ orderId: second, state: 'pending' }], nextCursor: second });
    const last = await list({ cursor: second });
    expect([last.items.length, last.items[0]?.orderId, last.nextCursor]).toEqual([1, first, undefined]);
    const all = await list({ limit: 3 }, NOW_MS + 3_600_000);
    expect(all.items.map(({ state }) => state)).toEqual(['closed', 'paid']);
    expect(all).not.toHaveProperty('nextCursor');
  });
});
