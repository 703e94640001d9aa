import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import { ChannelError, type ChannelOrder, type PaymentChannel } from '../../../shared/payments/channel.ts';
import { openOrder } from '../../../shared/payments/open-order.ts';
import { DUE_ATTEMPT, type DueAttempt, reconcileAttempt } from '../../../shared/payments/reconcile-attempt.ts';
import { reconcileOrders } from '../../../shared/payments/reconcile-orders.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { buyerOf } from '../../fixtures/buyer.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

const END_MS = NOW_MS + 15 * 60_000;

let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
/** What the channel was asked, in its order. */
let asked: string[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  channel = memoryChannel('wechat', () => NOW_MS);
  merchant = await newMerchant(product.db);
  asked = [];
  await product.db.write("UPDATE order_attempts SET state = 'closed', query_at = NULL WHERE state = 'open'");
});

const { ordered } = buyerOf(() => ({ db: product.db, channel, merchant }));

/** Answers to questions about the order in turn; then what it knows itself. */
function answering(...answers: ChannelOrder[]): PaymentChannel {
  return {
    ...channel,
    queryOrder: async (number) => {
      asked.push('query');
      return answers.shift() ?? channel.queryOrder(number);
    },
    closeOrder: async (number) => {
      asked.push('close');
      await channel.closeOrder(number);
    },
  };
}

async function dueOf(number: string): Promise<DueAttempt> {
  const [due] = await product.db.query<DueAttempt>(`SELECT ${DUE_ATTEMPT} WHERE a.out_trade_no = ?`, [number]);
  if (!due) throw new Error('no attempt');
  return due;
}
const ask = async (number: string, nowMs: number, at: PaymentChannel | undefined = answering()) =>
  reconcileAttempt(product.db, at, await dueOf(number), nowMs);
const attempt = async (number: string) => {
  const [row] = await product.db.query<{ state: string; queries: number; nextAtMs: number | null }>(
    'SELECT state, queries, query_at AS nextAtMs FROM order_attempts WHERE out_trade_no = ?',
    [number],
  );
  return row;
};
const available = async () => (await queryQuota(product.db, merchant, NOW_MS)).available;
const CLOSED = { state: 'closed', queries: 1, nextAtMs: null };

describe('an order whose channel is asked', () => {
  it.each([
    ['is unpaid', undefined, 'unpaid'],
    ['is not known yet', { state: 'absent' }, 'unpaid'],
    ['is closed', { state: 'closed' }, 'closed'],
  ] as const)('before its end and %s is %s', async (_what, answer, result) => {
    const orderId = await ordered();
    expect(await ask(orderId, END_MS - 1, answering(...(answer ? [answer] : [])))).toBe(result);
    expect(asked).toEqual(['query']);
    expect(await attempt(orderId)).toEqual(
      result === 'closed' ? CLOSED : { state: 'open', queries: 1, nextAtMs: END_MS + 5000 },
    );
  });

  it.each([
    ['is unpaid is closed there, and asked about again', [], ['query', 'close', 'query']],
    ['is not known has nothing to close', [{ state: 'absent' }], ['query']],
    ['is closed is closed', [{ state: 'closed' }], ['query']],
  ] as const)('at its end and %s', async (_what, answers, questions) => {
    const orderId = await ordered();
    expect(await ask(orderId, END_MS, answering(...answers))).toBe('closed');
    expect([asked, await attempt(orderId)]).toEqual([questions, CLOSED]);
  });

  it('at its end and cannot be closed there stays open', async () => {
    const orderId = await ordered();
    const deaf = { ...answering(), closeOrder: async () => undefined };
    expect(await ask(orderId, END_MS, deaf)).toBe('unpaid');
    expect(await attempt(orderId)).toEqual({ state: 'open', queries: 1, nextAtMs: END_MS + 5000 });
  });

  it('was paid another way is closed before its end', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    expect(await ask(`${orderId}_h`, NOW_MS)).toBe('closed');
    expect(await attempt(`${orderId}_h`)).toEqual(CLOSED);
  });

  it.each([
    ['paid', 'granted_late', 100],
    ['refunded', 'held', 0],
  ] as const)('was %s while it was being closed is %s', async (state, result, credits) => {
    const orderId = await ordered();
    const notice = memoryChannel('wechat', () => NOW_MS).pay(orderId);
    expect(await ask(orderId, END_MS, answering({ state: 'unpaid' }, { state, ...notice }))).toBe(result);
    expect([await available(), await attempt(orderId)]).toEqual([
      credits,
      { state: 'paid', queries: 1, nextAtMs: null },
    ]);
    expect(await product.db.query('SELECT source FROM payments WHERE order_id = ?', [orderId])).toEqual([
      { source: 'query' },
    ]);
  });

  it('was paid with another amount stays open: nobody has paid its price', async () => {
    const orderId = await ordered();
    channel.pay(orderId, { amountFen: 1 });
    expect(await ask(orderId, NOW_MS + 5000)).toBe('amount_mismatch');
    expect(await attempt(orderId)).toEqual({ state: 'open', queries: 1, nextAtMs: NOW_MS + 30_000 });
  });

  it('is in our books already is not asked about again', async () => {
    const orderId = await ordered();
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    await product.db.write("UPDATE order_attempts SET state = 'open', query_at = '2026-03-01' WHERE out_trade_no = ?", [
      orderId,
    ]);
    expect(await ask(orderId, NOW_MS + 5000)).toBe('duplicate');
    expect(await attempt(orderId)).toEqual({ state: 'paid', queries: 1, nextAtMs: null });
  });

  it('is another’s to ask about once it was claimed', async () => {
    const orderId = await ordered();
    const due = await dueOf(orderId);
    expect(await reconcileAttempt(product.db, answering(), due, NOW_MS + 5000)).toBe('unpaid');
    expect(await reconcileAttempt(product.db, answering(), due, NOW_MS + 5000)).toBe('taken');
    expect(asked).toEqual(['query']);
  });

  it('that is closed to us waits for its next time', async () => {
    const orderId = await ordered();
    const closed = reconcileAttempt(product.db, undefined, await dueOf(orderId), NOW_MS + 5000);
    const why = { kind: 'unavailable', code: 'channel_closed' };
    const message = 'wechat queryOrder: unavailable (channel_closed)';
    await expect(closed).rejects.toMatchObject({ ...why, message });
    expect(await attempt(orderId)).toEqual({ state: 'open', queries: 1, nextAtMs: NOW_MS + 30_000 });
  });
});

describe('a tick of the timer', () => {
  const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';
  const moved: unknown[] = [];
  const tick = (nowMs: number, at: PaymentChannel | undefined = answering()) => {
    moved.length = 0;
    return reconcileOrders(
      product.db,
      async () => at,
      notifyUrl,
      nowMs,
      (one) => moved.push(one),
    );
  };
  const counts = { queried: 0, granted: 0, closed: 0, refundsSent: 0, failures: [] };

  it('counts and tells what has moved, and only that', async () => {
    const orderId = await ordered();
    expect(await tick(NOW_MS + 4999)).toEqual(counts);
    expect(await tick(NOW_MS + 5000)).toEqual({ ...counts, queried: 1 });
    expect(moved).toEqual([]);
    channel.pay(orderId);
    expect(await tick(NOW_MS + 30_000)).toEqual({ ...counts, queried: 1, granted: 1 });
    expect(moved).toEqual([{ did: 'granted', orderId }]);
    const late = await ordered(NOW_MS + 1);
    channel.pay(late);
    expect(await tick(END_MS + 5001)).toEqual({ ...counts, queried: 1, granted: 1 });
    expect(moved).toEqual([{ did: 'granted_late', orderId: late }]);
    const over = await ordered(NOW_MS + 2);
    expect(await tick(END_MS + 5002)).toEqual({ ...counts, queried: 1, closed: 1 });
    expect(moved).toEqual([{ did: 'closed', orderId: over }]);
  });

  it('says which order could not be asked about, and what it was that failed', async () => {
    const orderId = await ordered();
    await product.db.write("UPDATE orders SET trace = 'of-the-order' WHERE id = ?", [orderId]);
    const failures = [{ error: expect.any(ChannelError) as unknown, orderId, trace: 'of-the-order' }];
    channel.failure = { error: unavailable(), after: false };
    expect(await tick(NOW_MS + 5000)).toEqual({ ...counts, failures });
    expect(moved).toEqual([]);
  });

  it('counts nothing that another one does', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    const first = answering();
    const other = {
      ...first,
      queryOrder: async (number: string) => {
        const answer = await first.queryOrder(number);
        for (const one of [orderId, `${orderId}_h`]) if (one !== number) await ask(one, NOW_MS + 5000, channel);
        return answer;
      },
    };
    expect(await tick(NOW_MS + 5000, other)).toEqual({ ...counts, queried: 1 });
    expect([asked, moved]).toEqual([['query'], []]);
  });
});

describe('a merchant who looks at an order', () => {
  const look = (orderId: string, nowMs: number, at: PaymentChannel | undefined | null = answering()) =>
    openOrder(product.db, at === null ? null : async () => at, merchant, orderId, nowMs);

  it.each([
    ['paid', ['granted']],
    ['unpaid', []],
    ['closed', []],
  ] as const)('has its channel asked, and sees what comes of it: %s', async (state, settled) => {
    const orderId = await ordered();
    if (state === 'paid') channel.pay(orderId);
    const at = answering(...(state === 'closed' ? [{ state } as const] : []));
    const { order, ...rest } = await look(orderId, NOW_MS + 5000, at);
    expect(rest).toEqual({ settled, failures: [] });
    expect([order.state, asked]).toEqual([state === 'paid' ? 'paid' : 'pending', ['query']]);
    if (state === 'closed') expect(order.attempts).toEqual([]);
  });

  it('before its time, or where nobody may be asked, sees what is known here', async () => {
    const orderId = await ordered();
    channel.pay(orderId);
    for (const [nowMs, at] of [
      [NOW_MS + 4999, answering()],
      [NOW_MS + 5000, null],
    ] as const) {
      const { order, ...rest } = await look(orderId, nowMs, at);
      expect([order.state, rest, asked]).toEqual(['pending', { settled: [], failures: [] }, []]);
    }
  });

  it('which is paid asks nobody, whatever else of it is open', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    const { order, ...rest } = await look(orderId, NOW_MS + 5000);
    expect([order.state, rest, asked]).toEqual(['paid', { settled: [], failures: [] }, []]);
  });

  it('of another, or of none, is shown nothing', async () => {
    const orderId = await ordered();
    merchant = await newMerchant(product.db);
    for (const id of [orderId, 'ord_01ARZ3NDEKTSV4RRFFQ69G5FAV'])
      await expect(look(id, NOW_MS + 5000)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(asked).toEqual([]);
  });

  it('that another one is asking about sees it as it is', async () => {
    const orderId = await ordered();
    await ordered(NOW_MS, 'h5');
    const first = answering();
    const racing = {
      ...first,
      queryOrder: async (number: string) => {
        const answer = await first.queryOrder(number);
        for (const one of [orderId, `${orderId}_h`]) if (one !== number) await ask(one, NOW_MS + 5000, channel);
        return answer;
      },
    };
    const { settled, failures } = await look(orderId, NOW_MS + 5000, racing);
    expect([settled, failures, asked]).toEqual([[], [], ['query']]);
  });
});
