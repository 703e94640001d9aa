import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { getOperator } from '../../../shared/contract/ops-access.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { operatorFor } from '../../../shared/ops/signed-in-operator.ts';
import { dueBills, planBillDays } from '../../../shared/payments/bill-days.ts';
import { getReceipt } from '../../../shared/payments/get-receipt.ts';
import { listOrders } from '../../../shared/payments/list-orders.ts';
import { openCase } from '../../../shared/payments/open-case.ts';
import { openOrder } from '../../../shared/payments/open-order.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { reconcileBill } from '../../../shared/payments/reconcile-bill.ts';
import { reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { requestInvoice } from '../../../shared/payments/request-invoice.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { tellCases } from '../../../shared/payments/tell-cases.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { readBy } from '../../fixtures/rows-read.ts';

/** Rows of others in each table, and what a statement may read at most: a scan of any one table is ten times that. */
const OTHERS = 3000;
const MAY_READ = 300;

let product: ProductDatabase;
let db: Database;
let merchant: string;
const channel = memoryChannel('wechat', () => NOW_MS);
const channels = async () => channel;
const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';

beforeAll(async () => {
  product = await productDatabase();
  db = product.db;
  await seedOthers();
});
afterAll(() => product.close());
beforeEach(async () => {
  merchant = await newMerchant(db);
});

/** All of them ended long ago, or due far from now. */
async function seedOthers(): Promise<void> {
  const at = sqlTime(NOW_MS - 100 * DAY_MS);
  const later = sqlTime(NOW_MS + 300 * DAY_MS);
  const each = `FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT n FROM s) a
    JOIN (SELECT 0 AS m UNION SELECT 1 UNION SELECT 2) b`;
  const n = '(n + 1000 * m)';
  const id = (prefix: string) => `CONCAT('${prefix}_o', LPAD${n.replace(')', ", 4, '0')")})`;
  const seed = (into: string, values: string) => db.write(`INSERT INTO ${into} SELECT ${values} ${each}`);
  await seed('merchants (id, phone, created_at)', `${id('mch')}, CONCAT('139', ${n}), '${at}'`);
  await seed(
    'accounts (merchant_id, plan_id, membership_from_at, membership_ends_at, created_at)',
    `${id('mch')}, 'monthly_99', '${at}', '${at}', '${at}'`,
  );
  await seed(
    'orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key, request_hash, created_at, expires_at)',
    `${id('ord')}, ${id('mch')}, 'monthly_99', 'wechat', 'paid', 9900, 100, 30, 'member', 'k', REPEAT('a', 64), '${at}', '${at}'`,
  );
  await seed(
    'order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at)',
    `${id('ord')}, ${id('ord')}, ${id('mch')}, 'wechat', 'qr', 'open', '${later}', '${at}'`,
  );
  await seed(
    'payments (id, order_id, merchant_id, channel, transaction_id, amount_fen, source, disposition, paid_at, created_at, out_trade_no)',
    `${id('pay')}, ${id('ord')}, ${id('mch')}, 'wechat', CONCAT('tx_o', ${n}), 9900, 'notify', 'granted', '${at}', '${at}', ${id('ord')}`,
  );
  await seed(
    'refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key, request_hash, next_at, created_at, ended_at)',
    `${id('rfd')}, ${id('mch')}, ${id('ord')}, ${id('pay')}, 'whole', 'succeeded', 9900, 0, 'x', 'k', REPEAT('a', 64), '${later}', '${at}', '${at}'`,
  );
  await seed(
    'quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)',
    `${id('lot')}, ${id('mch')}, CONCAT('pay:wechat:', ${id('ord')}), 'member', 100, 99, '${at}', '${at}'`,
  );
  await seed(
    'quota_entries (merchant_id, lot_id, kind, amount, order_id, created_at)',
    `${id('mch')}, ${id('lot')}, 'grant', 99, ${id('ord')}, '${at}'`,
  );
  await seed(
    'invoice_requests (order_id, merchant_id, title_kind, title, email, amount_fen, state, created_at)',
    `${id('ord')}, ${id('mch')}, 'personal', 'x', 'a@example.com', 9900, 'requested', '${at}'`,
  );
  await seed('operators (merchant_id, role, name, created_at)', `${id('mch')}, 'support', 'x', '${at}'`);
  await seed(
    'reconciliation_cases (id, class, channel, subject, state, remedy, created_at, told_at)',
    `${id('cas')}, 'paid_twice', 'wechat', CONCAT('tx_o', ${n}), 'open', 'none', '${at}', '${at}'`,
  );
  await db.write(
    `INSERT INTO bill_days (channel, day, state, next_at)
     SELECT 'alipay', DATE_ADD('2030-01-01', INTERVAL ${n} DAY), 'waiting', '${later}' ${each}`,
  );
  await db.query(
    `ANALYZE TABLE merchants, accounts, orders, order_attempts, payments, refunds, quota_lots, quota_entries, invoice_requests, operators,
       reconciliation_cases, bill_days`,
  );
}

let keys = 0;
const request = (over: object = {}) => ({
  ...{ merchantId: merchant, planId: 'monthly_99', method: 'qr' as const, idempotencyKey: `order-${++keys}` },
  ...{ requestHash: 'a'.repeat(64), notifyUrl: notifyUrl(), nowMs: NOW_MS, ...over },
});
const ordered = async () => (await purchaseMembership(db, channel, request())).orderId;
const paid = async () => {
  const orderId = await ordered();
  await settleOrder(db, channel.pay(orderId), 'notify', NOW_MS);
  return orderId;
};
const refunding = (orderId: string) => ({
  ...{
    orderId,
    mode: 'whole' as const,
    reason: '客户申请',
    operatorId: 'mch_operator',
    idempotencyKey: `refund-${++keys}`,
  },
  ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
});
const tokens = {
  signer: () => Promise.reject(new Error('no signer')),
  viewSigner: () => Promise.reject(new Error('no signer')),
  verify: async () => ({ merchantId: 'mch_o0005', sessionId: 'ses_1' }),
};

const STATEMENTS: Record<string, () => Promise<() => Promise<unknown>>> = {
  'ordering a plan': async () => () => ordered(),
  'another way to pay an open order': async () => {
    await ordered();
    return () => purchaseMembership(db, channel, request({ method: 'h5' }));
  },
  'settling a payment': async () => {
    const orderId = await ordered();
    return () => settleOrder(db, channel.pay(orderId), 'notify', NOW_MS);
  },
  'settling a second payment': async () => {
    const orderId = await paid();
    return () => settleOrder(db, channel.pay(orderId), 'notify', NOW_MS);
  },
  'opening an order whose channel is due': async () => {
    const orderId = await ordered();
    return () => openOrder(db, channels, merchant, orderId, NOW_MS + 5000);
  },
  'the orders of a merchant': async () => {
    await paid();
    return () => listOrders(db, merchant, { limit: 20 }, NOW_MS);
  },
  'a receipt': async () => {
    const orderId = await paid();
    return () => getReceipt(db, merchant, orderId);
  },
  'asking for an invoice': async () => {
    const orderId = await paid();
    const asked = { orderId, titleKind: 'personal', title: '张三', email: 'a@example.com' } as const;
    return () => requestInvoice(db, { merchantId: merchant, ...asked, nowMs: NOW_MS });
  },
  'a refund, sent': async () => {
    const orderId = await paid();
    return () => refundOrder(db, channels, notifyUrl, refunding(orderId));
  },
  'a refund that was refused for good': async () => {
    const orderId = await paid();
    channel.refundsBegin = 'processing';
    const { refundId } = await refundOrder(db, channels, notifyUrl, refunding(orderId));
    channel.refundsBegin = 'succeeded';
    return () => settleRefund(db, { channel: 'wechat', refundId, state: 'closed' }, NOW_MS);
  },
  'closing a number, and its order': async () => {
    const orderId = await ordered();
    return () => db.callProcedure('close_attempt_v1', [orderId, sqlTime(NOW_MS + DAY_MS)]);
  },
  'freezing an order': async () => {
    const orderId = await paid();
    return () => db.callProcedure('freeze_order_v3', [orderId, 1, sqlTime(NOW_MS), null]);
  },
  'the timer that asks the channels': async () => {
    await reconcileOrders(db, channels, notifyUrl, NOW_MS);
    await ordered();
    return () => reconcileOrders(db, channels, notifyUrl, NOW_MS + 5000);
  },
  'the timer that writes off dead credits': async () => {
    await paid();
    return () => expireCredits(db, NOW_MS + 30 * DAY_MS);
  },
  'planning the days of bills': async () => () => planBillDays(db, 'wechat', NOW_MS),
  'the bills that are due': async () => () => dueBills(db, 'wechat', NOW_MS - 1, 5),
  "comparing a day's bill": async () => {
    const orderId = await paid();
    const transactionId = channel.orders.get(orderId)?.notice?.transactionId ?? '';
    channel.bill = [{ kind: 'payment', outTradeNo: orderId, transactionId, amountFen: 9900, atMs: NOW_MS }];
    return () => reconcileBill(db, channel, '2026-03-01', NOW_MS + DAY_MS);
  },
  'telling of cases': async () => {
    await tellCases(db, NOW_MS, () => undefined);
    await openCase(db, { class: 'paid_twice', channel: 'wechat', subject: `told-${++keys}`, remedy: 'none' }, NOW_MS);
    return () => tellCases(db, NOW_MS, () => undefined);
  },
  'opening a case': async () => () =>
    openCase(db, { class: 'paid_twice', channel: 'wechat', subject: `new-${++keys}`, remedy: 'none' }, NOW_MS),
  'finding the role of whoever is signed in': async () => {
    const headers = { authorization: 'Bearer a.b.c' };
    const call = {
      ...({} as Parameters<ReturnType<typeof operatorFor>>[0]),
      method: 'GET',
      headers,
      repeatedHeaders: new Set<string>(),
    };
    return () => operatorFor(getOperator.operators)(call, { db, tokens }, { nowMs: NOW_MS });
  },
};

it.each(Object.entries(STATEMENTS))('%s finds its rows by an index', async (_name, prepare) => {
  const statement = await prepare();
  expect(await readBy(db, statement)).toBeLessThan(MAY_READ);
});

it('sees a scan: the same read without an index', async () => {
  expect(await readBy(db, () => db.query("SELECT id FROM refunds WHERE error_code = 'x'"))).toBeGreaterThan(OTHERS / 2);
});
