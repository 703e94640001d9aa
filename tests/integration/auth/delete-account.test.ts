import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { grantCredits, newTask, queueTask } from '../../fixtures/product-database.ts';
import {
  type AuthStage,
  codeFor,
  loginBody,
  newAddress,
  newPhone,
  signIn,
  startAuthStage,
  wrongCode,
} from './auth-stage.ts';

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

it('deletes the account at once: tasks end, credits are out of reach, sessions too, and the phone is nowhere', async () => {
  const merchant = await signIn(stage);
  const { merchantId } = merchant.account;
  await grantCredits(stage.db, merchantId, 5, { expiresAtMs: Date.now() + YEAR_MS });
  await newTask(stage.db, merchantId, Date.now());
  const queued = await newTask(stage.db, merchantId, Date.now());
  await queueTask(stage.db, queued, Date.now());
  const code = await codeLater(merchant.phone);
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

  // Codes live for a day, as those of all phones do.
  await stage.db.write('DELETE FROM login_codes', []);
  await stage.db.write('DELETE FROM rate_limits', []);
  const whole = await wholeDatabase();
  expect(whole).toContain(merchantId);
  expect(whole).not.toContain(merchant.phone);
  expect(whole).not.toContain(merchant.phone.slice(3));
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
  expect([other.status, other.body.error.fields[0].path]).toEqual([400, 'phone']);
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

it('waits while an order can still be paid, and does not use the code up', async () => {
  const merchant = await signIn(stage);
  const code = await codeLater(merchant.phone);
  await stage.db.write(
    `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
       request_hash, created_at, expires_at)
     VALUES ('ord_waits', ?, 'monthly_99', 'wechat', 'pending', 9900, 100, 30, 'member', 'k', REPEAT('a', 64), ?, ?)`,
    [merchant.account.merchantId, sqlTime(Date.now()), sqlTime(Date.now() + MINUTE_MS)],
  );
  expect((await erase(merchant, code)).body.error.code).toBe('ORDER_OPEN');
  stage.advance(MINUTE_MS);
  expect((await erase(merchant, code)).status).toBe(200);
});

it('is not for a suspended account', async () => {
  const merchant = await signIn(stage);
  const code = await codeLater(merchant.phone);
  await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [merchant.account.merchantId]);
  expect((await erase(merchant, code)).body.error.code).toBe('ACCOUNT_SUSPENDED');
});
