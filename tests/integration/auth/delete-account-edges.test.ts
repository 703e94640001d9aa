import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import {
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
  remainingOf,
} from '../../fixtures/product-database.ts';

const MINUTE_MS = 60_000;
const LATER_MS = NOW_MS + 365 * 86_400_000;
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const RIGHT = hashOf('right');

let product: ProductDatabase;
let merchantId: string;
let phone: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  merchantId = await newMerchant(product.db);
  phone = await phoneOf(merchantId);
});

const phoneOf = async (id: string): Promise<string> =>
  (await product.db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [id]))[0]?.phone ?? 'none';

async function giveCode(to: string, { tries = 0, expiresAtMs = NOW_MS + 5 * MINUTE_MS } = {}): Promise<string> {
  const id = newId('cod_', NOW_MS);
  await product.db.write(
    `INSERT INTO login_codes (id, phone, address, code_hash, tries, created_at, expires_at)
     VALUES (?, ?, '198.18.0.1', ?, ?, ?, ?)`,
    [id, to, RIGHT, tries, sqlTime(NOW_MS), sqlTime(expiresAtMs)],
  );
  return id;
}

const FORGET_AT_MS = LATER_MS;
const erase = async (code = RIGHT, db = product.db, id = merchantId) => {
  const params = [id, phone, code, hashOf(phone), sqlTime(NOW_MS), sqlTime(FORGET_AT_MS)];
  return db.callProcedure<{ outcome: string; tasks: number; credits: number }>('delete_account_v2', params);
};
const rowsOf = (sql: string, id = merchantId) => product.db.query<Record<string, unknown>>(sql, [id]);

async function openOrder(orderId: string, owner: string, state: 'pending' | 'paid', attempt: 'open' | 'closed') {
  const [at, until] = [sqlTime(NOW_MS), sqlTime(NOW_MS + 15 * MINUTE_MS)];
  await product.db.write(
    `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
       request_hash, created_at, expires_at)
     VALUES (?, ?, 'monthly_99', 'wechat', ?, 9900, 100, 30, 'member', 'k', REPEAT('a', 64), ?, ?)`,
    [orderId, owner, state, at, until],
  );
  await product.db.write(
    `INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at)
     VALUES (?, ?, ?, 'wechat', 'qr', ?, ?, ?)`,
    [orderId, orderId, owner, attempt, attempt === 'open' ? at : null, at],
  );
}

it('leaves every other merchant as it was: account, code, tasks, credits, sessions, role', async () => {
  const other = await newMerchant(product.db);
  const lot = await grantCredits(product.db, other, 5);
  await newTask(product.db, other);
  await giveCode(await phoneOf(other));
  const at = sqlTime(NOW_MS);
  await product.db.write(
    "INSERT INTO operators (merchant_id, role, name, created_at) VALUES (?, 'support', '客服', ?)",
    [other, at],
  );
  await product.db.write(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
     VALUES (?, ?, '198.18.0.2', 'Browser/1', ?, ?, ?)`,
    [newId('ses_', NOW_MS), other, at, at, sqlTime(LATER_MS)],
  );
  await product.db.write(
    "INSERT INTO consents (merchant_id, version, address, accepted_at) VALUES (?, '2026-01', '198.18.0.2', ?)",
    [other, at],
  );
  const everything = async () =>
    Promise.all([
      rowsOf('SELECT * FROM merchants WHERE id = ?', other),
      rowsOf('SELECT * FROM login_codes WHERE phone = ?', await phoneOf(other)),
      ...['accounts', 'tasks', 'quota_lots', 'quota_entries', 'operators', 'sessions', 'consents'].map((table) =>
        rowsOf(`SELECT * FROM ${table} WHERE merchant_id = ?`, other),
      ),
    ]);
  const before = await everything();
  await giveCode(phone);
  expect(await erase()).toEqual({ outcome: 'deleted', tasks: 0, credits: 0 });
  expect(await everything()).toEqual(before);
  expect(await remainingOf(product.db, lot)).toBe(4);
  expect(before.map((rows) => rows.length)).toEqual([1, 1, 1, 1, 1, 2, 1, 1, 1]);
});

it('keeps what it did beside the phone’s hash until the day it is forgotten, and tells it again', async () => {
  await grantCredits(product.db, merchantId, 3);
  await newTask(product.db, merchantId);
  const codeId = await giveCode(phone);
  const told = { outcome: 'deleted', tasks: 1, credits: 3 };
  expect(await erase()).toEqual(told);
  expect(await rowsOf('SELECT * FROM account_deletions WHERE merchant_id = ?')).toMatchObject([
    { phone_hash: hashOf(phone), canceled_tasks: 1, forfeited_credits: 3, deleted_at: NOW_MS, forget_at: FORGET_AT_MS },
  ]);
  expect(await rowsOf('SELECT used_at, tries FROM login_codes WHERE id = ?', codeId)).toEqual([
    { used_at: NOW_MS, tries: 0 },
  ]);
  // A wrong code, too: there is nothing left to guard.
  expect(await erase(hashOf('wrong'))).toEqual(told);
  expect(await erase()).toEqual(told);
});

it('writes nothing off that is spent, and nothing that ends at this moment: its timer does', async () => {
  const spent = await grantCredits(product.db, merchantId, 1, { expiresAtMs: NOW_MS + MINUTE_MS });
  const taskId = await newTask(product.db, merchantId);
  await product.db.write(
    "UPDATE tasks SET state = 'succeeded', ended_at = ?, deadline_at = NULL, sweep_at = NULL WHERE id = ?",
    [sqlTime(NOW_MS), taskId],
  );
  const ending = await grantCredits(product.db, merchantId, 4, { expiresAtMs: NOW_MS });
  const lives = await grantCredits(product.db, merchantId, 2, { expiresAtMs: NOW_MS + 1 });
  await giveCode(phone);
  expect(await erase()).toEqual({ outcome: 'deleted', tasks: 0, credits: 2 });
  await expireCredits(product.db, NOW_MS);
  const entries = await rowsOf(
    "SELECT lot_id, kind, amount FROM quota_entries WHERE merchant_id = ? AND kind NOT IN ('grant', 'deduct') ORDER BY seq",
  );
  expect(entries).toEqual([
    { lot_id: lives, kind: 'revoke', amount: -2 },
    { lot_id: ending, kind: 'expire', amount: -4 },
  ]);
  expect(await remainingOf(product.db, spent)).toBe(0);
});

it('closes no account before what was last taken by somebody who began later and came in first', async () => {
  const closedAt = async () => {
    const [lots, accounts] = await Promise.all([
      rowsOf('SELECT DISTINCT revoked_at AS atMs FROM quota_lots WHERE merchant_id = ?'),
      rowsOf('SELECT closed_at AS atMs FROM accounts WHERE merchant_id = ?'),
    ]);
    return [...lots, ...accounts].map(({ atMs }) => atMs);
  };
  await giveCode(phone);
  await erase();
  expect(await closedAt()).toEqual([NOW_MS]);
  merchantId = await newMerchant(product.db);
  phone = await phoneOf(merchantId);
  await grantCredits(product.db, merchantId, 3);
  await newTask(product.db, merchantId, NOW_MS + 2);
  await newTask(product.db, merchantId, NOW_MS + 1);
  await giveCode(phone);
  expect((await erase()).outcome).toBe('deleted');
  expect(await closedAt()).toEqual([NOW_MS + 2, NOW_MS + 2]);
});

it('takes back no credits twice: a lot that was revoked before stays as it was', async () => {
  const revoked = await grantCredits(product.db, merchantId, 4);
  await product.db.write('UPDATE quota_lots SET revoked_at = ? WHERE id = ?', [sqlTime(NOW_MS - 1), revoked]);
  await giveCode(phone);
  expect(await erase()).toEqual({ outcome: 'deleted', tasks: 0, credits: 0 });
  expect(await rowsOf('SELECT remaining, revoked_at FROM quota_lots WHERE id = ?', revoked)).toEqual([
    { remaining: 4, revoked_at: NOW_MS - 1 },
  ]);
});

it('leaves a role and a session that had ended with the moment at which they did', async () => {
  const [at, ended] = [sqlTime(NOW_MS - MINUTE_MS), NOW_MS - 1];
  await product.db.write(
    "INSERT INTO operators (merchant_id, role, name, created_at, ended_at) VALUES (?, 'support', '客服', ?, ?)",
    [merchantId, at, sqlTime(ended)],
  );
  await product.db.write(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at, revoked_at)
     VALUES (?, ?, '198.18.0.3', 'Browser/2', ?, ?, ?, ?)`,
    [newId('ses_', NOW_MS), merchantId, at, at, sqlTime(LATER_MS), sqlTime(ended)],
  );
  await giveCode(phone);
  await erase();
  expect(await rowsOf('SELECT ended_at FROM operators WHERE merchant_id = ?')).toEqual([{ ended_at: ended }]);
  expect(await rowsOf('SELECT revoked_at, address, user_agent FROM sessions WHERE merchant_id = ?')).toEqual([
    { revoked_at: ended, address: '', user_agent: '' },
  ]);
});

it.each([
  ['of another merchant that is open', 'other', 'pending', 'open', 'deleted'],
  ['that is paid, whose other number is still open', 'own', 'paid', 'open', 'deleted'],
  ['that is pending, whose every number is closed', 'own', 'pending', 'closed', 'deleted'],
  ['that is pending with an open number', 'own', 'pending', 'open', 'order_open'],
] as const)('an order %s: %s %s %s → %s', async (_, owner, state, attempt, outcome) => {
  const orderId = newId('ord_', NOW_MS);
  await openOrder(orderId, owner === 'own' ? merchantId : await newMerchant(product.db), state, attempt);
  await giveCode(phone);
  expect((await erase()).outcome).toBe(outcome);
  // It would be in the way of nobody else.
  await product.db.write("UPDATE order_attempts SET state = 'closed', query_at = NULL WHERE order_id = ?", [orderId]);
});

it.each([
  ['a code until its last millisecond', { expiresAtMs: NOW_MS + 1 }, 'deleted'],
  ['no code whose time is over', { expiresAtMs: NOW_MS }, 'expired'],
  ['a code after four wrong tries', { tries: 4 }, 'deleted'],
  ['no code after five', { tries: 5 }, 'tries_exceeded'],
])('takes %s', async (_, code, outcome) => {
  await giveCode(phone, code);
  expect((await erase()).outcome).toBe(outcome);
});

it('takes a code once, and deletes nobody without one', async () => {
  expect((await erase()).outcome).toBe('expired');
  const codeId = await giveCode(phone);
  await product.db.write('UPDATE login_codes SET used_at = ? WHERE id = ?', [sqlTime(NOW_MS), codeId]);
  expect((await erase()).outcome).toBe('expired');
});

it('knows nobody of that name: nothing is deleted, and no code is used up', async () => {
  const codeId = await giveCode(phone);
  expect((await erase(RIGHT, product.db, 'mch_nobody')).outcome).toBe('suspended');
  expect(await rowsOf('SELECT used_at FROM login_codes WHERE id = ?', codeId)).toEqual([{ used_at: null }]);
});

it('counts each wrong try of eight at once: five are told that they are wrong', async () => {
  const codeId = await giveCode(phone);
  const wrong = hashOf('wrong');
  const answers = await Promise.all(product.connections(8).map((db) => erase(wrong, db)));
  const outcomes = answers.map(({ outcome }) => outcome).sort();
  expect(outcomes).toEqual([...Array(3).fill('tries_exceeded'), ...Array(5).fill('wrong')]);
  expect(await rowsOf('SELECT tries FROM login_codes WHERE id = ?', codeId)).toEqual([{ tries: 5 }]);
});

it('holds nothing once it has answered, whatever the answer', async () => {
  await giveCode(phone);
  for (const code of [hashOf('wrong'), RIGHT]) {
    await erase(code);
    const [other] = product.connections(1);
    const touched = await other?.query<{ merchant_id: string }>(
      'SELECT merchant_id FROM accounts WHERE merchant_id = ? FOR UPDATE NOWAIT',
      [merchantId],
    );
    expect(touched).toHaveLength(1);
    expect(await rowsOf('SELECT state FROM merchants WHERE id = ?')).toEqual([
      { state: code === RIGHT ? 'deleted' : 'active' },
    ]);
  }
});
