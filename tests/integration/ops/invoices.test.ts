import { afterAll, beforeAll, expect, it } from 'vitest';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  operator = await newOperator(stage);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const NUMBER = '24332000000012345678';
const ISSUED = { state: 'issued', amountFen: 9900, invoiceNumber: NUMBER, reason: '已开具' };
const fulfil = (orderId: string, over: object = {}, idempotencyKey = `fulfil-${++keys}`) =>
  stage.send('fulfil-invoice', { as: operator, idempotencyKey, body: { orderId, ...ISSUED, ...over } });
const list = async (query: Record<string, string> = {}) =>
  (await stage.send('list-invoices', { as: operator, query })).body.data;
const ASKED = {
  titleKind: 'company',
  title: '杭州某某服饰有限公司',
  taxNumber: '91350100M000100Y43',
  email: 'a@example.com',
};

async function asked(): Promise<{ as: ApiMerchant; orderId: string }> {
  const as = await stage.newMerchant();
  const body = { planId: 'monthly_99', channel: 'wechat' };
  const { orderId } = (await stage.send('purchase-membership', { as, idempotencyKey: 'buy', body })).body.data;
  stage.cashier.pay(orderId);
  await stage.cashier.tick();
  stage.advance(120_000);
  expect(codeOf(await stage.send('request-invoice', { as, body: { orderId, ...ASKED } }))).toBe('done');
  return { as, orderId };
}
const refund = (orderId: string, mode: string) =>
  stage.send('refund-order', {
    ...{ as: operator, idempotencyKey: `refund-${++keys}` },
    body: { orderId, mode, reason: '客户申请退款' },
  });

it('those that wait are listed oldest first, in pages, with what it takes to issue them', async () => {
  const [first, second] = [await asked(), await asked()];
  const page = await list({ limit: '1' });
  expect(page.items).toMatchObject([{ orderId: first.orderId, merchantId: first.as.id, amountFen: 9900, ...ASKED }]);
  const rest = await list({ cursor: page.nextCursor });
  expect(rest.items.map(({ orderId }: { orderId: string }) => orderId)).toEqual([second.orderId]);
});

it('one that was issued is told to its merchant, waits no more, and cannot be issued or asked for again', async () => {
  const { as, orderId } = await asked();
  expect((await fulfil(orderId, {}, 'issued')).body.data).toEqual({ orderId, state: 'issued' });
  expect((await fulfil(orderId, {}, 'issued')).body.data).toEqual({ orderId, state: 'issued' });
  expect(codeOf(await fulfil(orderId, { reason: '另一张' }, 'issued'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(codeOf(await fulfil(orderId))).toBe('INVOICE_ENDED');
  expect((await stage.send('get-order', { as, query: { orderId } })).body.data.invoice).toBe('issued');
  expect(codeOf(await stage.send('request-invoice', { as, body: { orderId, ...ASKED } }))).toBe('INVOICE_ENDED');
  const [done] = (await list({ state: 'issued' })).items;
  expect(done).toMatchObject({ orderId, amountFen: 9900, invoiceNumber: NUMBER, endedAtMs: Date.now() });
  const log = await stage.db.query<{ details: string }>(
    "SELECT details_json AS details FROM audit_log WHERE action = 'fulfil-invoice' AND target = ?",
    [orderId],
  );
  expect(log.map(({ details }) => JSON.parse(details))).toEqual([
    { state: 'issued', amountFen: 9900, invoiceNumber: NUMBER },
  ]);
});

it('must say what was paid less what went back, which a refund after the request changes', async () => {
  const { as, orderId } = await asked();
  const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
  for (let n = 0; n < 40; n++) await stage.send('create-task', { as, idempotencyKey: `task-${n}`, body });
  expect((await refund(orderId, 'unused')).body.data.amountFen).toBe(5940);
  expect(codeOf(await fulfil(orderId))).toBe('AMOUNT_CHANGED');
  const waiting = (await list()).items.find((one: { orderId: string }) => one.orderId === orderId);
  expect(waiting.amountFen).toBe(3960);
  expect(codeOf(await fulfil(orderId, { amountFen: 3960 }))).toBe('done');
});

it('is of all that was paid for its order: not less for a second payment, a refund that was refused, or what others got back', async () => {
  await refund((await asked()).orderId, 'whole');
  const { orderId } = await asked();
  const again = { channel: 'wechat', outTradeNo: orderId, transactionId: '4200000000000000000000000002' } as const;
  const money = { amountFen: 9900, currency: 'CNY', merchantId: '1900000001', appId: 'wx8888888888888888' };
  const second = { ...again, ...money, paidAtMs: Date.now() };
  expect(await settleOrder(stage.db, second, 'notify', Date.now())).toBe('refund_due');
  const { refundId } = (await refund(orderId, 'whole')).body.data;
  expect(await settleRefund(stage.db, { channel: 'wechat', refundId, state: 'closed' }, Date.now())).toBe('closed');
  expect(codeOf(await fulfil(orderId))).toBe('done');
});

it('is rejected with a reason and without a number; what does not fit together is said by field', async () => {
  const { orderId } = await asked();
  expect((await fulfil(orderId, { state: 'rejected' })).body.error.fields[0].path).toBe('invoiceNumber');
  expect((await fulfil(orderId, { invoiceNumber: undefined })).body.error.fields[0].path).toBe('invoiceNumber');
  expect((await fulfil(orderId, { invoiceNumber: '123' })).body.error.fields[0].path).toBe('invoiceNumber');
  expect((await fulfil(orderId, { reason: '' })).body.error.fields[0].path).toBe('reason');
  const rejected = { state: 'rejected', invoiceNumber: undefined, amountFen: 0, reason: '税号与抬头不符' };
  expect((await fulfil(orderId, rejected)).body.data).toEqual({ orderId, state: 'rejected' });
  const kept = await stage.db.query('SELECT amount_fen AS amountFen FROM invoice_requests WHERE order_id = ?', [
    orderId,
  ]);
  expect(kept, 'nobody has checked the amount of a rejection').toEqual([{ amountFen: 9900 }]);
  expect(codeOf(await fulfil('ord_01JD0000000000000000000000'))).toBe('NOT_FOUND');
});

it('are shown to those who issue them alone, and who looked is in the log', async () => {
  const support = await newOperator(stage, 'support');
  expect(codeOf(await stage.send('list-invoices', { as: support }))).toBe('NOT_AN_OPERATOR');
  const rows = () => stage.db.query("SELECT seq FROM audit_log WHERE action = 'list-invoices'");
  const before = (await rows()).length;
  await list();
  expect(await rows()).toHaveLength(before + 1);
  expect(stage.leaks()).toEqual([]);
});
