import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { getReferral } from '../../../shared/growth/get-referral.ts';
import { newId } from '../../../shared/id.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  type ProductDatabase,
  productDatabase,
  remainingOf,
} from '../../fixtures/product-database.ts';

/** What a commission comes to, one call of its procedure after the other: an order of 9900 fen and 100 credits, 15 % of it. */
let product: ProductDatabase;
let inviter: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  inviter = await newMerchant(product.db);
  await getReferral(product.db, inviter, { limit: 20 }, NOW_MS);
});

const RELEASED_MS = NOW_MS + 7 * DAY_MS;
const PAID_FEN = 9900;

interface Look {
  readonly orderId: string;
  /** How often the order had changed when it was read. */
  readonly changes: number;
  readonly refundedFen?: number;
  readonly nowMs?: number;
  readonly unit?: 'fen' | 'credits';
  readonly held?: boolean;
}
async function settle({ orderId, changes, refundedFen = 0, nowMs = NOW_MS, unit = 'credits', held = false }: Look) {
  const { outcome } = await product.db.callProcedure<{ outcome: string }>('settle_commission_v2', [
    ...[inviter, orderId, changes, PAID_FEN, refundedFen, 100, 'member', sqlTime(NOW_MS)],
    ...[null, 0, held ? 1 : 0, 1500, unit, 90, newId('cms_', nowMs), newId('lot_', nowMs), sqlTime(nowMs)],
  ]);
  return outcome;
}
const newOrder = () => newId('ord_', NOW_MS);
/** Frozen, then released in its time. */
async function released(unit: 'fen' | 'credits' = 'credits'): Promise<string> {
  const orderId = newOrder();
  expect(await settle({ orderId, changes: 1, unit })).toBe('frozen');
  expect(await settle({ orderId, changes: 1, unit, nowMs: RELEASED_MS })).toBe('released');
  return orderId;
}
const owe = (credits: number) =>
  product.db.write('UPDATE referral_accounts SET owed_credits = ? WHERE merchant_id = ?', [credits, inviter]);
const rowsOf = (sql: string) => product.db.query<Record<string, unknown>>(sql, [inviter]);
const lots = () =>
  rowsOf('SELECT id, amount, remaining, expires_at FROM quota_lots WHERE merchant_id = ? ORDER BY source_key');
const remaining = async () => (await lots()).map((lot) => lot['remaining']);
const entries = async () =>
  (await rowsOf('SELECT kind, amount FROM quota_entries WHERE merchant_id = ? ORDER BY seq')).map(
    ({ kind, amount }) => `${kind} ${amount}`,
  );
const owed = async () => (await rowsOf('SELECT owed_credits FROM referral_accounts WHERE merchant_id = ?'))[0];
/** What of the order has to be refunded so that `kept` of the fifteen credits stay. */
const refundKeeping = (kept: number): number => PAID_FEN - Math.ceil((kept * PAID_FEN) / 15);

it('is frozen for seven days from the payment, and becomes a lot that ends when its days are over', async () => {
  const orderId = newOrder();
  await settle({ orderId, changes: 1, nowMs: NOW_MS + DAY_MS });
  expect(
    await rowsOf(
      'SELECT state, amount, reversed, seen, turns, created_at, release_at, ended_at FROM referral_commissions WHERE merchant_id = ?',
    ),
  ).toEqual([
    {
      ...{ state: 'frozen', amount: 15, reversed: 0, seen: 1, turns: 0, created_at: NOW_MS + DAY_MS },
      ...{ release_at: RELEASED_MS, ended_at: null },
    },
  ]);
  expect(await settle({ orderId, changes: 1, nowMs: RELEASED_MS - 1 })).toBe('unchanged');
  expect(await settle({ orderId, changes: 1, nowMs: RELEASED_MS })).toBe('released');
  expect(await lots()).toMatchObject([{ amount: 15, remaining: 15, expires_at: RELEASED_MS + 90 * DAY_MS }]);
  expect(
    await rowsOf('SELECT state, turns, release_at, ended_at FROM referral_commissions WHERE merchant_id = ?'),
  ).toEqual([{ state: 'released', turns: 1, release_at: null, ended_at: RELEASED_MS }]);
  expect(await settle({ orderId, changes: 1, nowMs: RELEASED_MS })).toBe('unchanged');
});

it.each([
  ['exactly what is owed', 15, { owed_credits: 0 }],
  ['less than what is owed', 20, { owed_credits: 5 }],
])('of %s is set off whole: there is no lot of nothing', async (_, before, after) => {
  await owe(before);
  await released();
  expect(await owed()).toEqual(after);
  expect([await lots(), await entries()]).toEqual([[], []]);
});

it('is taken back lot by lot: one that is spent is passed over, and one that is not needed is left alone', async () => {
  const orderId = await released();
  const change = async (changes: number, kept: number) =>
    settle({ orderId, changes, refundedFen: refundKeeping(kept), nowMs: RELEASED_MS });
  expect(await change(2, 1)).toBe('adjusted');
  expect(await change(3, 15)).toBe('adjusted');
  expect(await remaining()).toEqual([1, 14]);
  await product.db.write('UPDATE quota_lots SET remaining = 0 WHERE id = ?', [String((await lots())[0]?.['id'])]);
  expect(await change(4, 5)).toBe('adjusted');
  expect(await remaining()).toEqual([0, 4]);
  expect(await change(5, 15)).toBe('adjusted');
  expect(await change(6, 13)).toBe('adjusted');
  expect(await remaining()).toEqual([0, 2, 10]);
  expect(await entries()).toEqual(['grant 15', 'revoke -14', 'grant 14', 'revoke -10', 'grant 10', 'revoke -2']);
  expect(await owed()).toEqual({ owed_credits: 0 });
  const moves = await rowsOf('SELECT kind, amount FROM referral_entries WHERE merchant_id = ? ORDER BY seq');
  expect(moves.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
    ...['release 15', 'reverse -14', 'restore 14', 'reverse -10', 'restore 10', 'reverse -2'],
  ]);
});

it('is taken back out of its own lots alone: what they lack is owed, and no lot that was bought pays for it', async () => {
  const orderId = await released();
  const [own] = await lots();
  await product.db.write('UPDATE quota_lots SET remaining = 5 WHERE id = ?', [String(own?.['id'])]);
  // Keys on both sides of the commission's own.
  const keys = ['pay:wechat:ord_1', 'referral:cms_other:1', 'welcome:mch_1'];
  const others = await Promise.all(keys.map((sourceKey) => grantCredits(product.db, inviter, 50, { sourceKey })));
  expect(await settle({ orderId, changes: 2, refundedFen: PAID_FEN, nowMs: RELEASED_MS })).toBe('adjusted');
  expect(await remainingOf(product.db, String(own?.['id']))).toBe(0);
  for (const lot of others) expect(await remainingOf(product.db, lot)).toBe(50);
  expect(await owed()).toEqual({ owed_credits: 10 });
});

it('in fen moves the balance alone: no lot, and nothing owed', async () => {
  const orderId = await released('fen');
  const half = { orderId, changes: 2, refundedFen: PAID_FEN / 2, nowMs: RELEASED_MS, unit: 'fen' } as const;
  await owe(5);
  expect(await settle(half)).toBe('adjusted');
  expect(await rowsOf('SELECT balance_fen, owed_credits FROM referral_accounts WHERE merchant_id = ?')).toEqual([
    { balance_fen: 742, owed_credits: 5 },
  ]);
  expect(await lots()).toEqual([]);
});

it('is looked at again a day later while somebody looks at the order, and then released', async () => {
  const orderId = newOrder();
  await settle({ orderId, changes: 1 });
  expect(await settle({ orderId, changes: 2, held: true, nowMs: RELEASED_MS })).toBe('postponed');
  expect(
    await rowsOf('SELECT state, seen, release_at, ended_at FROM referral_commissions WHERE merchant_id = ?'),
  ).toEqual([{ state: 'frozen', seen: 2, release_at: RELEASED_MS + DAY_MS, ended_at: null }]);
  expect(await lots()).toEqual([]);
  expect(await settle({ orderId, changes: 2, nowMs: RELEASED_MS + DAY_MS })).toBe('released');
});

it('knows how new each look was, of its own order alone', async () => {
  const [first, second] = [newOrder(), newOrder()];
  for (const orderId of [first, second]) await settle({ orderId, changes: 1 });
  expect(await settle({ orderId: first, changes: 4 })).toBe('unchanged');
  const seen = async (orderId: string) =>
    (await product.db.query('SELECT seen FROM referral_commissions WHERE order_id = ?', [orderId]))[0];
  expect([await seen(first), await seen(second)]).toEqual([{ seen: 4 }, { seen: 1 }]);
  // An older look, which saw a refund that was not to be, changes nothing; nor does it make the next one older.
  expect(await settle({ orderId: first, changes: 3, refundedFen: PAID_FEN })).toBe('unchanged');
  expect(await seen(first)).toEqual({ seen: 4 });
  expect(await settle({ orderId: first, changes: 4, refundedFen: PAID_FEN })).toBe('adjusted');
});

const close = () =>
  product.db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [sqlTime(NOW_MS), inviter]);
const taken = () => rowsOf('SELECT state, reversed FROM referral_commissions WHERE merchant_id = ?');

it('of an inviter who has deleted the account is taken back all the same, and comes back in fen alone', async () => {
  const [inCredits, inFen] = [await released('credits'), await released('fen')];
  await close();
  const look = (orderId: string, unit: 'fen' | 'credits', changes: number, refundedFen: number) =>
    settle({ orderId, changes, refundedFen, unit, nowMs: RELEASED_MS });
  expect(await look(inCredits, 'credits', 2, PAID_FEN)).toBe('adjusted');
  expect(await look(inFen, 'fen', 2, PAID_FEN)).toBe('adjusted');
  expect(await look(inCredits, 'credits', 3, 0)).toBe('unchanged');
  expect(await look(inFen, 'fen', 3, 0)).toBe('adjusted');
  expect(await taken()).toEqual(
    expect.arrayContaining([
      { state: 'released', reversed: 15 },
      { state: 'released', reversed: 0 },
    ]),
  );
  expect(await remaining()).toEqual([0]);
  expect(await rowsOf('SELECT balance_fen FROM referral_accounts WHERE merchant_id = ?')).toEqual([
    { balance_fen: 1485 },
  ]);
});

it('is of one inviter: nobody else is booked for the same order, and what the one has stays', async () => {
  const orderId = await released();
  const [owner, before] = [inviter, await taken()];
  inviter = await newMerchant(product.db);
  await expect(settle({ orderId, changes: 9, refundedFen: PAID_FEN, nowMs: RELEASED_MS })).rejects.toThrow('by_order');
  inviter = owner;
  expect(await taken()).toEqual(before);
  expect(await remaining()).toEqual([15]);
});
