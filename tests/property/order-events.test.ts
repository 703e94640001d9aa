import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billOf } from '../../scripts/soak/bursts/money-scenarios.ts';
import { type MemoryChannel, memoryChannel } from '../../scripts/soak/memory-channel.ts';
import { changed, procedureText, replaceProcedure } from '../../scripts/soak/mutants/planted-fault.ts';
import { type ProductServer, startProductServer } from '../../scripts/soak/product-server.ts';
import { type SeededRandom, seededRandom } from '../../scripts/soak/seeded-random.ts';
import type { Database } from '../../shared/db/database.ts';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { auditLedger } from '../../shared/ops/audit-ledger.ts';
import type { ChannelId } from '../../shared/payments/channel.ts';
import { openOrder } from '../../shared/payments/open-order.ts';
import { purchaseMembership } from '../../shared/payments/purchase-membership.ts';
import { reconcileBill } from '../../shared/payments/reconcile-bill.ts';
import { reconcileOrders } from '../../shared/payments/reconcile-orders.ts';
import { refundOrder } from '../../shared/payments/refund-order.ts';
import { settleOrder } from '../../shared/payments/settle-order.ts';
import { settleRefund } from '../../shared/payments/settle-refund.ts';
import { shanghaiDay } from '../../shared/shanghai-day.ts';
import { DAY_MS, NOW_MS, newMerchant } from '../fixtures/product-database.ts';

/** Of each history. */
const ROUNDS = 24;
const SEED = Number(process.env['EVENTS_SEED'] ?? 20_261_127);
const OVER_MS = 16 * 60_000;
const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';

let product: ProductServer;
let db: Database;
let plain: Connection;
beforeAll(async () => {
  product = await startProductServer({ flush: 0 });
  [db, plain] = [product.open(), await product.plain()];
});
afterAll(() => product.stop());

/** One order with a number at either channel, on a day of its own. */
interface Story {
  readonly nowMs: number;
  readonly merchant: string;
  readonly orderId: string;
  readonly shop: Readonly<Record<ChannelId, MemoryChannel>>;
}
type Event = (story: Story) => Promise<unknown>;

const channelsOf =
  ({ shop }: Story) =>
  async (id: ChannelId) =>
    shop[id];
const numberAt = ({ orderId }: Story, id: ChannelId) => (id === 'wechat' ? orderId : `${orderId}_a`);

let stories = 0;
async function begin(): Promise<Story> {
  stories += 1;
  // A bill looks back at the refunds of the day before, too.
  const nowMs = NOW_MS + stories * 3 * DAY_MS;
  const shop = { wechat: memoryChannel('wechat', () => nowMs), alipay: memoryChannel('alipay', () => nowMs) };
  const merchant = await newMerchant(db, nowMs);
  const order = { merchantId: merchant, planId: 'sim_week', method: 'qr' as const, requestHash: 'a'.repeat(64) };
  const asked = { ...order, notifyUrl: notifyUrl(), nowMs };
  const { orderId } = await purchaseMembership(db, shop.wechat, { ...asked, idempotencyKey: 'first' });
  await purchaseMembership(db, shop.alipay, { ...asked, idempotencyKey: 'second' });
  return { nowMs, merchant, orderId, shop };
}

const notified =
  (id: ChannelId): Event =>
  async (story) => {
    const notice = story.shop[id].orders.get(numberAt(story, id))?.notice;
    if (notice) await settleOrder(db, notice, 'notify', story.nowMs);
  };
const ticked =
  (afterMs: number): Event =>
  (story) =>
    reconcileOrders(db, channelsOf(story), notifyUrl, story.nowMs + afterMs);
const seen: Event = (story) =>
  openOrder(db, channelsOf(story), story.merchant, story.orderId, story.nowMs + 6000).catch(() => undefined);
const billed =
  (id: ChannelId): Event =>
  (story) => {
    const channel = story.shop[id];
    channel.bill = billOf(channel);
    return reconcileBill(db, channel, shanghaiDay(story.nowMs), story.nowMs + OVER_MS);
  };
const closed =
  (id: ChannelId): Event =>
  async (story) => {
    await story.shop[id].closeOrder(numberAt(story, id));
    await db.callProcedure('close_attempt_v1', [numberAt(story, id), sqlTime(story.nowMs + OVER_MS)]);
  };
/** The channel's word on each refund that it knows of. */
const refundTold: Event = async ({ shop, nowMs }) => {
  for (const channel of [shop.wechat, shop.alipay])
    for (const [refundId, { state }] of channel.refunds)
      await settleRefund(db, { channel: channel.id, refundId, state }, nowMs + 7000);
};

const NEWS: readonly Event[] = [
  ...[notified('wechat'), notified('alipay'), ticked(5000), ticked(OVER_MS), seen],
  ...[billed('wechat'), billed('alipay'), closed('wechat'), closed('alipay'), refundTold],
];

/** Each kind of news once to three times, in any order. */
function shuffled(random: SeededRandom): Event[] {
  const events = NEWS.flatMap((event) => Array.from({ length: 1 + random.below(3) }, () => event));
  return events
    .map((event) => ({ event, rank: random.below(1e9) }))
    .sort((a, b) => a.rank - b.rank)
    .map((one) => one.event);
}

/** Which of two payments came first is the one thing that the order of news decides: what is told here is what came of it. */
async function endOf({ merchant, orderId }: Story): Promise<string> {
  const sql = `
    SELECT CONCAT_WS(' ', 'order', state, amount_fen) AS line FROM orders WHERE id = ?
    UNION ALL SELECT CONCAT_WS(' ', 'number', state, query_at IS NULL) FROM order_attempts WHERE order_id = ?
    UNION ALL SELECT CONCAT_WS(' ', 'payment', disposition, amount_fen) FROM payments WHERE order_id = ?
    UNION ALL SELECT CONCAT_WS(' ', 'refund', kind, state, amount_fen, credits) FROM refunds WHERE order_id = ?
    UNION ALL SELECT CONCAT_WS(' ', 'case', class, remedy) FROM reconciliation_cases WHERE order_id = ? AND class <> 'paid_not_granted'
    UNION ALL SELECT CONCAT_WS(' ', 'lot', amount, remaining, revoked_at IS NULL, TIMESTAMPDIFF(DAY, created_at, expires_at))
      FROM quota_lots WHERE merchant_id = ?
    UNION ALL SELECT CONCAT_WS(' ', 'entry', kind, amount) FROM quota_entries WHERE merchant_id = ?
    UNION ALL SELECT CONCAT_WS(' ', 'member', plan_id, membership_ends_at > membership_from_at) FROM accounts WHERE merchant_id = ?`;
  const rows = await db.query<{ line: string }>(sql, [
    ...Array(5).fill(orderId),
    ...Array(3).fill(merchant),
  ] as string[]);
  return rows
    .map(({ line }) => line)
    .sort()
    .join('\n');
}

interface History {
  readonly what: string;
  readonly before: (story: Story) => Promise<unknown>;
  /** Of `endOf`. */
  readonly end: readonly string[];
}
const pay = ({ shop, ...story }: Story, id: ChannelId) => shop[id].pay(numberAt({ shop, ...story }, id));
const GRANTED = ['entry grant 5', 'lot 5 5 1 7', 'member sim_week 1'];
const HISTORIES: readonly History[] = [
  {
    what: 'that nobody pays',
    before: async () => undefined,
    end: ['member', 'number closed 1', 'number closed 1', 'order closed 1990'],
  },
  {
    what: 'that is paid by one of its numbers',
    before: async (story) => pay(story, 'wechat'),
    end: [...GRANTED, 'number closed 1', 'number paid 1', 'order paid 1990', 'payment granted 1990'],
  },
  {
    what: 'that is paid by both of its numbers',
    before: async (story) => [pay(story, 'wechat'), pay(story, 'alipay')],
    end: [
      ...['case paid_twice refunding', ...GRANTED, 'number paid 1', 'number paid 1', 'order paid 1990'],
      ...['payment granted 1990', 'payment refund_due 1990', 'refund second_payment succeeded 1990 0'],
    ],
  },
  {
    what: 'that is paid and given back',
    before: async (story) => {
      await settleOrder(db, pay(story, 'wechat'), 'notify', story.nowMs);
      story.shop.wechat.refundsBegin = 'processing';
      const { refundId } = await refundOrder(db, channelsOf(story), notifyUrl, {
        ...{ orderId: story.orderId, mode: 'whole', reason: '客户申请退款', operatorId: 'mch_operator' },
        ...{ idempotencyKey: 'back', requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: story.nowMs },
      });
      story.shop.wechat.endRefund(refundId, 'succeeded');
    },
    end: [
      ...['entry grant 5', 'entry revoke -5', 'lot 5 0 0 7', 'member sim_week 0', 'number closed 1', 'number paid 1'],
      ...['order paid 1990', 'payment granted 1990', 'refund whole succeeded 1990 5'],
    ],
  },
];

/** The different ends that a history comes to. */
async function endsOf({ before }: History, rounds: number): Promise<string[]> {
  const random = seededRandom(SEED);
  const ends = new Set<string>();
  for (let round = 0; round < rounds; round += 1) {
    const story = await begin();
    await before(story);
    for (const event of shuffled(random)) await event(story);
    // What was decided has been sent by the next ticks, and told.
    for (const afterMs of [OVER_MS, 2 * OVER_MS, DAY_MS]) await ticked(afterMs)(story);
    for (const event of [refundTold, billed('wechat'), billed('alipay')]) await event(story);
    ends.add(await endOf(story));
  }
  return [...ends];
}

describe(`the news of one order, in any order and number (seed ${SEED})`, () => {
  it.each(HISTORIES)('comes to one end: of an order $what', async (history) => {
    const ends = await endsOf(history, ROUNDS);
    expect(ends).toEqual([history.end.join('\n')]);
    expect(await auditLedger(db, 0)).toEqual([]);
  });

  it('would come to several, were a payment of an order that is closed let go', async () => {
    const text = procedureText('settle_order_v5');
    const rule = "WHEN v_state IS NULL THEN 'unknown'";
    await replaceProcedure(
      plain,
      'settle_order_v5',
      changed(text, rule, `${rule} WHEN v_state = 'closed' THEN 'duplicate'`),
    );
    expect((await endsOf(HISTORIES[1] as History, ROUNDS)).length).toBeGreaterThan(1);
  });
});
