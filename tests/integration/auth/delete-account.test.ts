import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { redeemCode } from '../../../shared/growth/redeem-code.ts';
import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { grantCredits as giveCredits } from '../../../shared/ops/grant-credits.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import { grantCredits, newTask, queueTask, taskRequest } from '../../fixtures/product-database.ts';
import {
  type AuthStage,
  CREDENTIALS,
  codeFor,
  loginBody,
  newAddress,
  newPhone,
  signIn,
  startAuthStage,
  wrongCode,
} from './auth-stage.ts';
import { whileLocked } from './while-locked.ts';

const MINUTE_MS = 60_000;
const YEAR_MS = 366 * 86_400_000;

let database: FreshDatabase;
let stage: AuthStage;
beforeAll(async () => {
  database = await freshDatabase();
  stage = await startAuthStage(database);
});
afterAll(async () => {
  await stage.close();
  await database.drop();
});

type SignedIn = Awaited<ReturnType<typeof signIn>>;
const erase = ({ accessToken, phone }: SignedIn, code: string, over: Record<string, unknown> = {}) =>
  stage.call('delete-account', {
    body: { phone, code, understood: true, ...over },
    headers: { authorization: `Bearer ${accessToken}` },
    sourceIp: newAddress(),
  });
/** Signed in from an address, with a browser, that nobody else has. */
async function signInFrom(sourceIp: string, userAgent: string): Promise<SignedIn> {
  const phone = newPhone();
  const body = loginBody(phone, await codeFor(stage, phone));
  const answer = await stage.call('login', { body, sourceIp, headers: { 'user-agent': userAgent } });
  return { phone, ...answer.body.data };
}
const login = async (phone: string) =>
  stage.call('login', { body: loginBody(phone, await codeFor(stage, phone)), sourceIp: newAddress() });
const codeLater = async (phone: string): Promise<string> => {
  stage.advance(MINUTE_MS);
  return codeFor(stage, phone);
};
/** Every table's rows as text. */
async function wholeDatabase(): Promise<string> {
  const tables = await stage.db.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const rows = await Promise.all(tables.map(({ name }) => stage.db.query(`SELECT * FROM ${name}`)));
  return JSON.stringify(rows);
}

it('leaves a task that succeeds between the list of open ones and its own turn: nothing of it is given back', async () => {
  const merchant = await signIn(stage);
  const { merchantId } = merchant.account;
  await grantCredits(stage.db, merchantId, 5, { expiresAtMs: Date.now() + YEAR_MS });
  const done = await newTask(stage.db, merchantId, Date.now());
  const open = await newTask(stage.db, merchantId, Date.now());
  await queueTask(stage.db, done, Date.now());
  await stage.db.write(
    `INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes, flags)
     VALUES (?, 0, 0, 'white.jpg', ?, 'outputs/x', 'image/jpeg', 800, 800, 50000, '')`,
    [done, merchantId],
  );
  const code = await codeLater(merchant.phone);
  // What finishing a last unit changes; it holds no account row either.
  const finishing = {
    sql: `UPDATE tasks t JOIN task_units u ON u.task_id = t.id SET t.state = 'succeeded', t.ended_at = ?, t.deadline_at = NULL,
      t.sweep_at = NULL, u.state = 'done', u.sweep_at = NULL WHERE t.id = ?`,
    ...{ values: [sqlTime(Date.now()), done], waiters: 1 },
  };
  const { body } = await whileLocked(database, finishing, () => erase(merchant, code));
  expect(body.data.canceledTasks).toBe(1);
  const states = await stage.db.query('SELECT id, state FROM tasks WHERE merchant_id = ? ORDER BY id', [merchantId]);
  expect(states).toEqual(
    [
      { id: done, state: 'succeeded' },
      { id: open, state: 'canceled' },
    ].sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const given = await stage.db.query("SELECT kind FROM quota_entries WHERE merchant_id = ? AND kind = 'refund'", [
    merchantId,
  ]);
  expect(given).toHaveLength(1);
  expect(await auditLedger(stage.db, 0)).toEqual([]);
});

it('deletes the account at once: tasks end, credits are out of reach, sessions too, and the phone is nowhere', async () => {
  const known = ['203.0.113.7', 'Browser/7'] as const;
  const merchant = await signInFrom(...known);
  const { merchantId } = merchant.account;
  await stage.db.write("INSERT INTO operators (merchant_id, role, name, created_at) VALUES (?, 'support', '客服', ?)", [
    merchantId,
    sqlTime(Date.now()),
  ]);
  await stage.db.write(
    "UPDATE accounts SET plan_id = 'monthly_99', membership_from_at = ?, membership_ends_at = ? WHERE merchant_id = ?",
    [sqlTime(Date.now()), sqlTime(Date.now() + YEAR_MS), merchantId],
  );
  await grantCredits(stage.db, merchantId, 5, { expiresAtMs: Date.now() + YEAR_MS });
  await newTask(stage.db, merchantId, Date.now());
  const queued = await newTask(stage.db, merchantId, Date.now());
  await queueTask(stage.db, queued, Date.now());
  const code = await codeLater(merchant.phone);
  const before = await wholeDatabase();
  for (const one of [merchant.phone, ...known]) expect(before).toContain(one);
  const { status, body } = await erase(merchant, code);
  expect([status, body.data]).toEqual([200, { canceledTasks: 2, forfeitedCredits: 5 }]);

  expect(await stage.db.query('SELECT state FROM tasks WHERE merchant_id = ?', [merchantId])).toEqual([
    { state: 'canceled' },
    { state: 'canceled' },
  ]);
  const entries = await stage.db.query('SELECT kind, amount FROM quota_entries WHERE merchant_id = ? ORDER BY seq', [
    merchantId,
  ]);
  expect(entries.slice(-3)).toEqual([
    { kind: 'refund', amount: 1 },
    { kind: 'refund', amount: 1 },
    { kind: 'revoke', amount: -5 },
  ]);
  expect(await auditLedger(stage.db, 0)).toEqual([]);
  const refreshed = await stage.call('refresh-session', {
    body: { refreshToken: merchant.refreshToken },
    sourceIp: newAddress(),
  });
  expect(refreshed.body.error.code).toBe('SESSION_REVOKED');
  const ended = await stage.db.query(
    `SELECT o.ended_at AS roleEndedAtMs, a.membership_ends_at AS membershipEndsAtMs, a.closed_at AS closedAtMs
     FROM accounts a JOIN operators o ON o.merchant_id = a.merchant_id WHERE a.merchant_id = ?`,
    [merchantId],
  );
  const now = Date.now();
  expect(ended).toEqual([{ roleEndedAtMs: now, membershipEndsAtMs: now, closedAtMs: now }]);
  // What is left of the phone is forgotten on the same day three years later.
  const kept = await stage.db.query('SELECT forget_at AS atMs FROM account_deletions WHERE merchant_id = ?', [
    merchantId,
  ]);
  expect(kept).toEqual([
    { atMs: Date.UTC(2029, new Date(now).getUTCMonth(), new Date(now).getUTCDate()) + (now % 86_400_000) },
  ]);

  // Codes live for a day, as those of all phones do.
  await stage.db.write('DELETE FROM login_codes', []);
  await stage.db.write('DELETE FROM rate_limits', []);
  const whole = await wholeDatabase();
  expect(whole).toContain(merchantId);
  expect(whole).not.toContain(merchant.phone);
  expect(whole).not.toContain(merchant.phone.slice(3));
  for (const one of known) expect(whole).not.toContain(one);
});

it('says the same again, and the ledger moves once', async () => {
  const merchant = await signIn(stage);
  await grantCredits(stage.db, merchant.account.merchantId, 3, { expiresAtMs: Date.now() + YEAR_MS });
  const code = await codeLater(merchant.phone);
  const answers = await Promise.all([1, 2, 3, 4].map(() => erase(merchant, code)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(answers.map(({ body }) => body.data.forfeitedCredits)).toEqual([3, 3, 3, 3]);
  const taken = await stage.db.query("SELECT amount FROM quota_entries WHERE merchant_id = ? AND kind = 'revoke'", [
    merchant.account.merchantId,
  ]);
  expect(taken).toEqual([{ amount: -3 }]);
  expect(await auditLedger(stage.db, 0)).toEqual([]);
});

it('counts what could still be spent: a lot that is over is written off by its timer', async () => {
  const merchant = await signIn(stage);
  const { merchantId } = merchant.account;
  await grantCredits(stage.db, merchantId, 3, { expiresAtMs: Date.now() + YEAR_MS });
  await grantCredits(stage.db, merchantId, 4, { expiresAtMs: Date.now() + MINUTE_MS });
  const { body } = await erase(merchant, await codeLater(merchant.phone));
  expect(body.data.forfeitedCredits).toBe(3);
  await expireCredits(stage.db, Date.now());
  const taken = await stage.db.query(
    "SELECT kind, amount FROM quota_entries WHERE merchant_id = ? AND kind <> 'grant' ORDER BY seq",
    [merchantId],
  );
  expect(taken).toEqual([
    { kind: 'revoke', amount: -3 },
    { kind: 'expire', amount: -4 },
  ]);
  expect(await auditLedger(stage.db, 0)).toEqual([]);
});

it('closes the account to a token that is still alive: nothing is ordered, redeemed, created or given', async () => {
  const merchant = await signIn(stage);
  const { merchantId } = merchant.account;
  const nowMs = Date.now();
  const write = {
    operatorId: 'mch_operator',
    action: 'grant-credits',
    requestHash: 'a'.repeat(64),
    requestId: 'req-1',
    nowMs,
  };
  const asked = {
    name: '活动',
    codes: 2,
    credits: 20,
    days: 30,
    uses: 1,
    validDays: 90,
    access: 'member',
    reason: '活动',
  } as const;
  const { csv } = await createRedeemBatch(stage.db, { ...asked, ...write, idempotencyKey: 'batch' });
  const codes = csv
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[1] ?? '');
  const photo = { contentType: 'image/jpeg', sizeBytes: 1000, name: 'a.jpg' } as const;
  const bucket = { bucket: 'bucket-1', region: 'ap-guangzhou', credentials: () => CREDENTIALS };
  let keys = 0;
  const attempts = (): Promise<unknown>[] => [
    purchaseMembership(
      stage.db,
      memoryChannel('wechat', () => nowMs),
      planRequest(merchantId, { nowMs }),
    ),
    redeemCode(stage.db, { merchantId, code: codes[keys] ?? '', idempotencyKey: `redeem-${++keys}`, nowMs }),
    createTask(stage.db, taskRequest(merchantId, { nowMs })),
    createBatch(stage.db, bucket, { ...taskRequest(merchantId, { nowMs }), photos: [photo], language: 'zh' }),
    giveCredits(
      stage.db,
      { merchantId, credits: 5, access: 'member', days: 30, reason: '补偿' },
      { ...write, idempotencyKey: `give-${keys}` },
    ),
  ];
  await grantCredits(stage.db, merchantId, 5, { expiresAtMs: nowMs + YEAR_MS });
  for (const attempt of attempts()) await attempt;
  await stage.db.write("UPDATE orders SET state = 'closed' WHERE merchant_id = ?", [merchantId]);
  expect((await erase(merchant, await codeLater(merchant.phone))).status).toBe(200);
  const answers = await Promise.allSettled(attempts());
  const refusals = answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'done'));
  expect(refusals).toEqual([...Array(4).fill('NOT_SIGNED_IN'), 'NOT_FOUND']);
});

it('lets the phone register again as another merchant, who is no newcomer', async () => {
  const merchant = await signIn(stage);
  await erase(merchant, await codeLater(merchant.phone));
  stage.advance(MINUTE_MS);
  const { body } = await login(merchant.phone);
  expect(body.data.registered).toBe(true);
  expect(body.data.account.merchantId).not.toBe(merchant.account.merchantId);
  const returned = async (id: string) =>
    (await stage.db.query<{ returned: number }>('SELECT returned FROM merchants WHERE id = ?', [id]))[0]?.returned;
  expect(await returned(body.data.account.merchantId)).toBe(1);
  expect(await returned((await signIn(stage)).account.merchantId)).toBe(0);
});

it('wants the whole phone of the account, a right and fresh code, and the word that it is understood', async () => {
  const merchant = await signIn(stage);
  const code = await codeLater(merchant.phone);
  const other = await erase(merchant, code, { phone: newPhone() });
  expect([other.status, other.body.error.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(other.body.error.fields).toEqual([{ path: 'phone', rule: 'own', message: '与本账号的手机号不一致' }]);
  expect((await erase(merchant, wrongCode(code))).body.error.code).toBe('CODE_INCORRECT');
  const silent = await erase(merchant, code, { understood: false });
  expect([silent.status, silent.body.error.fields[0].path]).toEqual([400, 'understood']);
  stage.advance(6 * MINUTE_MS);
  expect((await erase(merchant, code)).body.error.code).toBe('CODE_EXPIRED');
  const guessed = await codeLater(merchant.phone);
  for (let n = 0; n < 5; n++) await erase(merchant, wrongCode(guessed));
  expect((await erase(merchant, guessed)).body.error.code).toBe('CODE_TRIES_EXCEEDED');
  const { merchantId } = merchant.account;
  expect(await stage.db.query('SELECT state FROM merchants WHERE id = ?', [merchantId])).toEqual([{ state: 'active' }]);
});

it.each([
  ['after the end of its time', MINUTE_MS],
  ['before, and nothing else would close the order', 0],
])(
  'waits until the channel has closed every number of an order: %s; and does not use the code up',
  async (_, passMs) => {
    const merchant = await signIn(stage);
    const code = await codeLater(merchant.phone);
    const [merchantId, orderId] = [merchant.account.merchantId, `ord_waits_${passMs}`];
    await stage.db.write(
      `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
       request_hash, created_at, expires_at)
     VALUES (?, ?, 'monthly_99', 'wechat', 'pending', 9900, 100, 30, 'member', 'k', REPEAT('a', 64), ?, ?)`,
      [orderId, merchantId, sqlTime(Date.now()), sqlTime(Date.now() + MINUTE_MS)],
    );
    const numbers = ['', '_h'].map((suffix) => orderId + suffix);
    for (const number of numbers)
      await stage.db.write(
        `INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at)
       VALUES (?, ?, ?, 'wechat', 'qr', 'open', ?, ?)`,
        [number, orderId, merchantId, sqlTime(Date.now()), sqlTime(Date.now())],
      );
    stage.advance(passMs);
    for (const number of numbers) {
      expect((await erase(merchant, code)).body.error.code, 'nobody knows whether it was paid').toBe('ORDER_OPEN');
      await stage.db.callProcedure('close_attempt_v1', [number, sqlTime(Date.now())]);
    }
    expect((await erase(merchant, code)).status).toBe(200);
  },
);

it('is not for a suspended account', async () => {
  const merchant = await signIn(stage);
  const code = await codeLater(merchant.phone);
  await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [merchant.account.merchantId]);
  expect((await erase(merchant, code)).body.error.code).toBe('ACCOUNT_SUSPENDED');
});
