import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import { ChannelError, type ChannelRefund, type PaymentChannel } from '../../../shared/payments/channel.ts';
import { reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { type RefundRequest, refundOrder } from '../../../shared/payments/refund-order.ts';
import { DUE_REFUND, type DueRefund, sendRefund } from '../../../shared/payments/send-refund.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import {
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
} from '../../fixtures/product-database.ts';

const NOTIFY_URL = 'https://api.example.com/v1/pay-callback-wechat';
const HOUR_MS = 3_600_000;

let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
/** What the channel was asked, in its order. */
let asked: unknown[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  merchant = await newMerchant(product.db);
  asked = [];
  await product.db.write('UPDATE refunds SET next_at = NULL');
  await product.db.write('UPDATE order_attempts SET query_at = NULL');
});

const { bought } = buyerOf(() => ({ db: product.db, channel, merchant }));

/** Answers to refunds in turn; then what it makes of them itself. */
function answering(...answers: (ChannelRefund | Error)[]): PaymentChannel {
  return {
    ...channel,
    refund: async (request) => {
      asked.push(request);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? channel.refund(request);
    },
    queryRefund: async (refund) => {
      asked.push(refund);
      return channel.queryRefund(refund);
    },
  };
}

let keys = 0;
const refund = (orderId: string, at: PaymentChannel | undefined = answering(), over: Partial<RefundRequest> = {}) =>
  refundOrder(
    product.db,
    async () => at,
    () => NOTIFY_URL,
    {
      ...{ orderId, mode: 'whole', reason: '客户申请退款', operatorId: 'mch_operator', idempotencyKey: `r-${++keys}` },
      ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: NOW_MS, ...over },
    },
  );
const rowOf = async (refundId: string) => {
  const [row] = await product.db.query(
    'SELECT state, attempts, next_at AS nextAtMs, error_code AS errorCode, ended_at AS endedAtMs FROM refunds WHERE id = ?',
    [refundId],
  );
  return row;
};
const casesOf = (subject: string) =>
  product.db.query(
    'SELECT class, channel, remedy, state, order_id AS orderId FROM reconciliation_cases WHERE subject = ?',
    [subject],
  );
const waiting = (over: object) => ({
  attempts: 1,
  nextAtMs: NOW_MS + 10_000,
  errorCode: null,
  endedAtMs: null,
  ...over,
});

describe('a refund that is sent', () => {
  it('names the payment, itself, both amounts and the reason; what came of it is answered', async () => {
    const orderId = await bought();
    await newTask(product.db, merchant);
    const { refundId, ...rest } = await refund(orderId, answering(), { mode: 'unused' });
    expect(rest).toStrictEqual({
      ...{ orderId, kind: 'unused', state: 'succeeded', amountFen: 9801, credits: 99 },
      ...{ createdAtMs: NOW_MS, endedAtMs: NOW_MS },
    });
    const amounts = { refundFen: 9801, totalFen: 9900, reason: '客户申请退款' };
    expect(asked).toStrictEqual([{ outTradeNo: orderId, outRefundNo: refundId, ...amounts, notifyUrl: NOTIFY_URL }]);
    expect(await rowOf(refundId)).toEqual(waiting({ state: 'succeeded', nextAtMs: null, endedAtMs: NOW_MS }));
  });

  it.each([
    ['is accepted', { state: 'processing' }, 'processing'],
    ['is not known after all', { state: 'absent' }, 'requested'],
  ] as const)('and %s waits to be asked about', async (_what, answer, state) => {
    const { refundId, ...rest } = await refund(await bought(), answering(answer));
    expect(rest).not.toHaveProperty('endedAtMs');
    expect(rest).not.toHaveProperty('errorCode');
    expect(rest.state).toBe(state);
    expect([await rowOf(refundId), await casesOf(refundId)]).toEqual([waiting({ state }), []]);
  });

  it('and was refused says why, and keeps its state', async () => {
    const orderId = await bought();
    const refused = await refund(orderId, answering(new ChannelError('refused', 'NOT_ENOUGH', 'refund')));
    expect(refused).toMatchObject({ state: 'requested', errorCode: 'NOT_ENOUGH' });
    expect(await rowOf(refused.refundId)).toEqual(waiting({ state: 'requested', errorCode: 'NOT_ENOUGH' }));
  });

  it('is sent again only when its time has come, by whoever asks under its key', async () => {
    const orderId = await bought();
    const key = { idempotencyKey: 'the same' };
    const first = await refund(orderId, answering(unavailable()), key);
    expect(await refund(orderId, answering(), { ...key, nowMs: NOW_MS + 9999 })).toEqual(first);
    expect(asked).toHaveLength(1);
    const again = await refund(orderId, answering(), { ...key, nowMs: NOW_MS + 10_000 });
    expect(again).toMatchObject({ refundId: first.refundId, state: 'succeeded' });
    expect(again).not.toHaveProperty('errorCode');
  });

  it('and breaks of something of ours is not taken for an answer', async () => {
    const orderId = await bought();
    await expect(refund(orderId, answering(new TypeError('of our own')))).rejects.toThrow(new TypeError('of our own'));
    const [row] = await product.db.query<{ id: string }>('SELECT id FROM refunds WHERE order_id = ?', [orderId]);
    expect(await rowOf(row?.id ?? '')).toEqual(waiting({ state: 'requested' }));
  });
});

describe('a refund that was sent', () => {
  const dueOf = async (refundId: string): Promise<DueRefund> => {
    const [due] = await product.db.query<DueRefund>(`SELECT ${DUE_REFUND} WHERE r.id = ?`, [refundId]);
    if (!due) throw new Error('no refund');
    return due;
  };
  const send = async (refundId: string, at: PaymentChannel | undefined, nowMs = NOW_MS + 10_000) =>
    sendRefund(product.db, at, await dueOf(refundId), NOTIFY_URL, nowMs);

  it('is asked about and not sent again; where its channel does not know it, it is', async () => {
    const orderId = await bought();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId);
    asked.length = 0;
    const number = { outTradeNo: orderId, outRefundNo: refundId };
    expect(await send(refundId, answering())).toBe('noted');
    expect(asked).toStrictEqual([number]);
    expect(await rowOf(refundId)).toEqual(waiting({ state: 'processing', attempts: 2, nextAtMs: NOW_MS + 40_000 }));
    const forgetful = { ...answering(), queryRefund: async () => ({ state: 'absent' }) as const };
    channel.endRefund(refundId, 'succeeded');
    asked.length = 0;
    expect(await send(refundId, forgetful)).toBe('succeeded');
    expect(asked).toMatchObject([{ ...number, refundFen: 9900, totalFen: 9900 }]);
  });

  it('keeps its state while its channel is closed to us, or does not answer', async () => {
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(await bought());
    expect(await send(refundId, undefined)).toBe('noted');
    expect(await rowOf(refundId)).toMatchObject({ state: 'processing', attempts: 2, errorCode: 'channel_closed' });
    channel.failure = { error: unavailable(), after: false };
    expect(await send(refundId, answering())).toBe('noted');
    expect(await rowOf(refundId)).toMatchObject({ state: 'processing', attempts: 3, errorCode: 'timeout' });
  });

  it('is another’s once it was claimed', async () => {
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(await bought());
    const due = await dueOf(refundId);
    asked.length = 0;
    for (const result of ['noted', 'taken'])
      expect(await sendRefund(product.db, answering(), due, NOTIFY_URL, NOW_MS + 10_000)).toBe(result);
    expect(asked).toHaveLength(1);
    expect(await rowOf(refundId)).toMatchObject({ attempts: 2 });
  });

  it('is counted and told by the tick that sends it, and by no other', async () => {
    const orderId = await bought();
    const { refundId } = await refund(orderId, answering(unavailable()));
    const moved: unknown[] = [];
    const tick = (nowMs: number, at: PaymentChannel) =>
      reconcileOrders(
        product.db,
        async () => at,
        () => NOTIFY_URL,
        nowMs,
        (one) => moved.push(one),
      );
    const counts = { queried: 0, granted: 0, closed: 0, refundsSent: 0, failures: [] };
    expect(await tick(NOW_MS + 9999, answering())).toEqual(counts);
    // Two ticks at once: the other one has it by the time that this one wants it.
    const opened = async () => {
      await product.db.write("UPDATE refunds SET next_at = '2026-03-02' WHERE id = ?", [refundId]);
      return answering();
    };
    expect(await reconcileOrders(product.db, opened, () => NOTIFY_URL, NOW_MS + 10_000)).toEqual(counts);
    await product.db.write("UPDATE refunds SET next_at = '2026-03-01' WHERE id = ?", [refundId]);
    expect(moved).toEqual([]);
    expect(await tick(NOW_MS + 10_000, answering())).toEqual({ ...counts, refundsSent: 1 });
    expect(moved).toEqual([{ did: 'refund_succeeded', refundId, orderId }]);
  });
});

describe('news of a refund', () => {
  it.each([
    ['of another shop', 'by-hand-0001'],
    ['whose number a person made up', `退款-${'9'.repeat(70)}`],
    ['whose number only begins like ours', 'rfd_01JD0000000000000000000000退款'],
    ['whose number only ends like ours', '退款rfd_01JD0000000000000000000000'],
    ['whose number is ours, and of none', 'rfd_01JD0000000000000000000000'],
  ])('%s is for a person', async (_what, refundId) => {
    const told: (string | null)[] = [];
    const news = { channel: 'wechat', refundId, state: 'succeeded' } as const;
    expect(await settleRefund(product.db, news, NOW_MS, (trace) => told.push(trace))).toBe('unknown');
    expect(told).toEqual([null]);
    const subject = refundId.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 64);
    const open = { class: 'refund_differs', channel: 'wechat', remedy: 'none', state: 'open', orderId: null };
    expect(await casesOf(subject)).toEqual([open]);
  });

  it('that ends nothing is looked at again hours later, unless it says when; the channel’s word is kept in part', async () => {
    const orderId = await bought();
    channel.refundsBegin = 'processing';
    const { refundId } = await refund(orderId);
    const news = { channel: 'wechat', refundId, state: 'processing' } as const;
    expect(await settleRefund(product.db, { ...news, errorCode: 'X'.repeat(65) }, NOW_MS)).toBe('noted');
    expect(await rowOf(refundId)).toMatchObject({ errorCode: 'X'.repeat(64), nextAtMs: NOW_MS + 6 * HOUR_MS });
    expect(await settleRefund(product.db, { ...news, nextAtMs: NOW_MS + 7 }, NOW_MS)).toBe('noted');
    expect(await rowOf(refundId)).toEqual(waiting({ state: 'processing', nextAtMs: NOW_MS + 7 }));
    expect(await casesOf(refundId)).toEqual([]);
    expect(await settleRefund(product.db, { ...news, state: 'abnormal' }, NOW_MS)).toBe('noted');
    expect(await casesOf(refundId)).toMatchObject([{ class: 'refund_differs', remedy: 'none', state: 'open' }]);
  });
});
