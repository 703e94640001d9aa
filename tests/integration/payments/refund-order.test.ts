import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import type { Database } from '../../../shared/db/database.ts';
import { getMembership } from '../../../shared/membership/get-membership.ts';
import { ChannelError } from '../../../shared/payments/channel.ts';
import { readOwnOrder } from '../../../shared/payments/order.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import {
  DAY_MS,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
  taskRequest,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let channel: MemoryChannel;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(() => {
  channel = memoryChannel('wechat', () => NOW_MS);
});

const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';
let keys = 0;

async function bought(merchantId: string, nowMs = NOW_MS, over: object = {}): Promise<string> {
  const { orderId } = await purchaseMembership(product.db, channel, planRequest(merchantId, { nowMs, ...over }));
  await settleOrder(product.db, channel.pay(orderId), 'notify', nowMs);
  return orderId;
}

const refund = (orderId: string, over: object = {}, db: Database = product.db) =>
  refundOrder(db, async () => channel, notifyUrl, {
    ...{ orderId, mode: 'whole' as const, reason: '客户申请退款', operatorId: 'mch_operator' },
    ...{ idempotencyKey: `refund-${++keys}`, requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
    ...over,
  });

const available = async (merchant: string, nowMs = NOW_MS): Promise<number> =>
  (await queryQuota(product.db, merchant, nowMs)).available;

const spend = async (merchant: string, tasks: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let n = 0; n < tasks; n++) ids.push(await newTask(product.db, merchant));
  return ids;
};

describe('a refund of money', () => {
  it('takes the credits, moves the whole amount, ends the membership, and is in the audit log', async () => {
    const merchant = await newMerchant(product.db);
    const orderId = await bought(merchant);
    expect(await refund(orderId)).toMatchObject({ state: 'succeeded', amountFen: 9900, credits: 100, kind: 'whole' });
    expect([...channel.refunds.values()]).toEqual([{ outTradeNo: orderId, refundFen: 9900, state: 'succeeded' }]);
    expect(await available(merchant)).toBe(0);
    expect((await getMembership(product.db, merchant, NOW_MS)).state).toBe('expired');
    expect(await readOwnOrder(product.db, merchant, orderId, NOW_MS)).toMatchObject({
      state: 'paid',
      refundedFen: 9900,
    });
    const log = await product.db.query('SELECT actor, action, reason FROM audit_log WHERE target = ?', [orderId]);
    expect(log).toEqual([{ actor: 'mch_operator', action: 'refund-order', reason: '客户申请退款' }]);
    expect(await product.audit()).toEqual([]);
  });

  it('of the unused part is the share of the credits that nobody has spent, rounded down', async () => {
    const merchant = await newMerchant(product.db);
    const orderId = await bought(merchant);
    await spend(merchant, 7);
    expect(await refund(orderId, { mode: 'unused' })).toMatchObject({ amountFen: 9207, credits: 93 });
    await expect(refund(orderId, { mode: 'unused' })).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND' });
    expect(await refund(orderId)).toMatchObject({ amountFen: 693, credits: 0 });
    await expect(refund(orderId)).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND' });
    expect(await product.audit()).toEqual([]);
  });

  it('returns the credits of tasks in flight to the revoked lot, out of reach', async () => {
    const merchant = await newMerchant(product.db);
    const orderId = await bought(merchant);
    const [task = ''] = await spend(merchant, 1);
    expect(await refund(orderId, { mode: 'unused' })).toMatchObject({ credits: 99, amountFen: 9801 });
    await cancelTask(product.db, merchant, task, { nowMs: NOW_MS, language: 'zh' });
    expect(await available(merchant)).toBe(0);
    expect(await product.audit()).toEqual([]);
  });

  it('shortens the membership to the last purchase that stands, whichever goes', async () => {
    const merchant = await newMerchant(product.db);
    const first = await bought(merchant);
    const second = await bought(merchant);
    await refund(second);
    expect(await getMembership(product.db, merchant, NOW_MS)).toMatchObject({ endsAtMs: NOW_MS + 30 * DAY_MS });
    const third = await bought(merchant);
    await refund(first);
    expect(await getMembership(product.db, merchant, NOW_MS)).toMatchObject({ endsAtMs: NOW_MS + 60 * DAY_MS });
    expect(await available(merchant)).toBe(100);
    await refund(third);
    expect((await getMembership(product.db, merchant, NOW_MS + 1)).state).toBe('expired');
    expect(await product.audit()).toEqual([]);
  });

  it('is one for sixteen of the same key at once, and never more than was paid for sixteen keys', async () => {
    const merchant = await newMerchant(product.db);
    const [one, other] = [await bought(merchant), await bought(merchant)];
    const same = await Promise.all(product.connections(16).map((db) => refund(one, { idempotencyKey: 'same' }, db)));
    expect(new Set(same.map(({ refundId }) => refundId)).size).toBe(1);
    const results = await Promise.allSettled(product.connections(16).map((db) => refund(other, {}, db)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect([...channel.refunds.values()].map(({ refundFen }) => refundFen)).toEqual([9900, 9900]);
    expect(await product.audit()).toEqual([]);
  });

  it('takes what tasks at once have not: credits are spent or given back, never both', async () => {
    const merchant = await newMerchant(product.db);
    const orderId = await bought(merchant);
    const [first, ...others] = product.connections(24);
    const creating = others.map((db) => createTask(db, taskRequest(merchant)).catch((error: unknown) => error));
    const given = await refund(orderId, { mode: 'unused' }, first);
    const created = (await Promise.all(creating)).filter((one) => !(one instanceof Error)).length;
    expect(given.credits + created).toBe(100);
    expect(given.amountFen).toBe(Math.floor((9900 * given.credits) / 100));
    expect(await available(merchant)).toBe(0);
    expect(await product.audit()).toEqual([]);
  });

  it('that began before a task was paid for, and was let in after it, leaves the books in order', async () => {
    const merchant = await newMerchant(product.db);
    const orderId = await bought(merchant);
    await newTask(product.db, merchant, NOW_MS + 4000);
    expect(await refund(orderId, { mode: 'unused', nowMs: NOW_MS + 1000 })).toMatchObject({ credits: 99 });
    expect(await product.audit()).toEqual([]);
  });

  it('refuses an order that was not paid, that does not exist, and a key of another request', async () => {
    const merchant = await newMerchant(product.db);
    const request = {
      ...{ merchantId: merchant, planId: 'monthly_99', method: 'qr' as const, idempotencyKey: 'unpaid' },
      ...{ requestHash: 'a'.repeat(64), notifyUrl: notifyUrl(), nowMs: NOW_MS },
    };
    const { orderId } = await purchaseMembership(product.db, channel, request);
    await expect(refund(orderId)).rejects.toMatchObject({ code: 'ORDER_NOT_PAID' });
    await expect(refund('ord_01ARZ3NDEKTSV4RRFFQ69G5FAV')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const paid = await bought(merchant);
    await refund(paid, { idempotencyKey: 'mine' });
    await expect(refund(paid, { idempotencyKey: 'mine', requestHash: 'b'.repeat(64) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });
});

/** The secrets manager is away, say. */
const brokenChannels = () => Promise.reject(new Error('no channel could be opened'));

describe('a refund at its channel', () => {
  const tick = (nowMs: number) => reconcileOrders(product.db, async () => channel, notifyUrl, nowMs);
  const stateOf = async (refundId: string) => {
    const [row] = await product.db.query<{ state: string }>('SELECT state FROM refunds WHERE id = ?', [refundId]);
    return row?.state;
  };

  it('that does not answer is sent again under the same number until it has, and moves money once', async () => {
    const orderId = await bought(await newMerchant(product.db));
    channel.failure = { error: unavailable(), after: true };
    const { refundId, state } = await refund(orderId);
    expect(state).toBe('requested');
    channel.failure = undefined;
    await tick(NOW_MS + 9_000);
    expect(await stateOf(refundId)).toBe('requested');
    await tick(NOW_MS + 10_000);
    expect(await stateOf(refundId)).toBe('succeeded');
    expect(channel.refunds.size).toBe(1);
  });

  it('that takes its time is asked about, and its notify may come first, twice or late', async () => {
    const orderId = await bought(await newMerchant(product.db));
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId);
    channel.endRefund(refundId, 'succeeded');
    const told = { channel: 'wechat', refundId, state: 'succeeded' } as const;
    expect(await settleRefund(product.db, told, NOW_MS + 5)).toBe('succeeded');
    expect(await settleRefund(product.db, told, NOW_MS + 6)).toBe('ended');
    expect(await settleRefund(product.db, { ...told, state: 'processing' }, NOW_MS + 7)).toBe('ended');
    expect(await stateOf(refundId)).toBe('succeeded');
  });

  it('bears the trace of whoever asked, or of the order where nobody did: to its notice and to each tick', async () => {
    const told: unknown[] = [];
    const moved: unknown[] = [];
    const onTrace = (trace: string | null) => void told.push(trace);
    const orderId = await bought(await newMerchant(product.db), NOW_MS, { trace: 'of-the-order' });
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId, { trace: 'of-the-operator' });
    const onMoved = (one: unknown) => void moved.push(one);
    await reconcileOrders(product.db, async () => channel, notifyUrl, NOW_MS + 10_000, onMoved);
    expect(moved).toContainEqual({ did: 'refund_noted', refundId, orderId, trace: 'of-the-operator' });
    const { failures } = await reconcileOrders(product.db, brokenChannels, notifyUrl, NOW_MS + 3_600_000, onMoved);
    expect(failures).toContainEqual({ error: expect.any(Error), refundId, orderId, trace: 'of-the-operator' });
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'succeeded' }, NOW_MS, onTrace);
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'succeeded' }, NOW_MS, onTrace);
    await product.db.write('UPDATE refunds SET trace = NULL WHERE id = ?', [refundId]);
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'succeeded' }, NOW_MS, onTrace);
    await settleRefund(
      product.db,
      { channel: 'wechat', refundId: 'of another service', state: 'closed' },
      NOW_MS,
      onTrace,
    );
    expect(told).toEqual(['of-the-operator', 'of-the-operator', 'of-the-order', null]);
  });

  it('that refuses for good gives the credits back once, and the membership with them', async () => {
    const merchant = await newMerchant(product.db);
    const orderId = await bought(merchant);
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId);
    expect(await available(merchant)).toBe(0);
    const closed = { channel: 'wechat', refundId, state: 'closed', errorCode: 'CLOSED' } as const;
    const outcomes = await Promise.all(product.connections(8).map((db) => settleRefund(db, closed, NOW_MS)));
    expect(outcomes.filter((outcome) => outcome === 'closed')).toHaveLength(1);
    expect(await available(merchant)).toBe(100);
    expect(await getMembership(product.db, merchant, NOW_MS)).toMatchObject({ endsAtMs: NOW_MS + 30 * DAY_MS });
    expect(await product.audit()).toEqual([]);
    expect(await settleRefund(product.db, { ...closed, state: 'succeeded' }, NOW_MS)).toBe('contradicted');
    const cases = await product.db.query('SELECT class FROM reconciliation_cases WHERE subject = ?', [refundId]);
    expect(cases).toEqual([{ class: 'refund_differs' }]);
  });

  it('that needs a person surfaces as a case, and may still succeed', async () => {
    const orderId = await bought(await newMerchant(product.db));
    channel.refundsBegin = 'abnormal';
    const { refundId, state } = await refund(orderId);
    expect(state).toBe('abnormal');
    expect(await product.db.query('SELECT state FROM reconciliation_cases WHERE subject = ?', [refundId])).toHaveLength(
      1,
    );
    channel.endRefund(refundId, 'succeeded');
    await tick(NOW_MS + DAY_MS);
    expect(await stateOf(refundId)).toBe('succeeded');
  });

  it('that is out of money says so on the refund, which stays and is tried again', async () => {
    const orderId = await bought(await newMerchant(product.db));
    channel.failure = { error: new ChannelError('refused', 'NOT_ENOUGH', 'refund'), after: false };
    expect(await refund(orderId)).toMatchObject({ state: 'requested', errorCode: 'NOT_ENOUGH' });
    channel.failure = undefined;
    await tick(NOW_MS + DAY_MS);
    expect(channel.refunds.size).toBe(1);
  });

  it('that was closed by its operator here waits, and is not forgotten', async () => {
    const orderId = await bought(await newMerchant(product.db));
    const closed = refundOrder(product.db, async () => undefined, notifyUrl, {
      ...{ orderId, mode: 'whole', reason: '客户申请退款', operatorId: 'mch_operator', idempotencyKey: 'closed' },
      ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS },
    });
    expect(await closed).toMatchObject({ state: 'requested', errorCode: 'channel_closed' });
    await tick(NOW_MS + DAY_MS);
    expect(channel.refunds.size).toBe(1);
  });
});
