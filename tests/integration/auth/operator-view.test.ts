import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { maybeMerchantOrKey, merchantOrKey } from '../../../shared/auth/merchant-or-key.ts';
import { endView } from '../../../shared/auth/operator-view.ts';
import type { View } from '../../../shared/auth/sign-token.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';
import { newId } from '../../../shared/id.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

const key = () => randomBytes(32).toString('base64');
const document = { codeKey: key(), currentKeyId: 'k1', keys: [{ id: 'k1', key: key() }] };
const tokens = accessTokensOf({ STAGE: 'test' }, { get: async () => document, refresh: async () => document });
const LIFE_MS = 600_000;

let product: ProductDatabase;
let view: View;
let logged: unknown[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  logged = [];
  view = await begin();
});

let views = 0;
/** As `begin_view_v1` leaves it. */
async function begin(): Promise<View> {
  const { db } = product;
  const [merchantId, operatorId] = [await newMerchant(db), await newMerchant(db)];
  const [viewId, sessionId] = [newId('vew_', NOW_MS), newId('ses_', NOW_MS)];
  const [now, end] = [sqlTime(NOW_MS), sqlTime(NOW_MS + LIFE_MS)];
  await db.write("INSERT INTO operators (merchant_id, role, name, created_at) VALUES (?, 'support', '客服', ?)", [
    ...[operatorId, now],
  ]);
  await db.write(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
     VALUES (?, ?, '', '', ?, ?, '2099-01-01')`,
    [sessionId, operatorId, now, now],
  );
  await db.write(
    `INSERT INTO operator_views (id, merchant_id, operator_id, session_id, role, audit_seq, created_at, expires_at)
     VALUES (?, ?, ?, ?, 'support', ?, ?, ?)`,
    [viewId, merchantId, operatorId, sessionId, ++views, now, end],
  );
  return { viewId, merchantId, operatorId, sessionId, createdAtMs: NOW_MS, expiresAtMs: NOW_MS + LIFE_MS };
}

const READ = { apiKey: 'read', viewAs: true } as const;
const tokenOf = async (of = view) => (await tokens.viewSigner())(of);
const ofMerchant = async () => (await (await tokens.signer())(view, NOW_MS)).accessToken;
const asked = (token: string, declared: Parameters<typeof merchantOrKey>[0] = READ) =>
  merchantOrKey(declared)(
    readHttpEvent({ httpMethod: 'GET', headers: { Authorization: `Bearer ${token}` } }),
    { tokens, db: product.db },
    { nowMs: NOW_MS, log: (...line) => void logged.push(line) },
  );
const endedAtMs = async () =>
  (
    await product.db.query<{ at: number | null }>('SELECT ended_at AS at FROM operator_views WHERE id = ?', [
      view.viewId,
    ])
  )[0]?.at;
const end = (token: string, nowMs: number) => endView({ db: product.db, tokens }, token, nowMs);

it('shows the merchant to the operator where the operation lets it, and each read is a line of the log', async () => {
  const { merchantId, sessionId, viewId } = view;
  expect(await asked(await tokenOf())).toStrictEqual({ id: merchantId, sessionId, viewId });
  expect(logged).toEqual([['view_read', { viewId, merchantId }]]);
});

it('is refused where the operation does not let it, and nothing is read', async () => {
  await expect(asked(await tokenOf(), { ...READ, viewAs: false })).rejects.toMatchObject({ code: 'VIEW_ONLY' });
  expect(logged).toEqual([]);
});

it.each<[string, Partial<View>]>([
  ['view', { viewId: 'vew_none' }],
  ['merchant', { merchantId: 'mch_none' }],
  ['session', { sessionId: 'ses_none' }],
])('of another %s is over', async (_what, other) => {
  await expect(asked(await tokenOf({ ...view, ...other }))).rejects.toMatchObject({ code: 'VIEW_ENDED' });
  expect(logged).toEqual([]);
});

it.each([true, false])('leaves the merchant’s own token as it is (viewAs: %s)', async (viewAs) => {
  const { merchantId, sessionId } = view;
  expect(await asked(await ofMerchant(), { ...READ, viewAs })).toStrictEqual({ id: merchantId, sessionId });
  expect(logged).toEqual([]);
});

it('nobody is asked who sends neither token nor key where anyone may read; who sends a bad one is refused', async () => {
  const read = (headers: Record<string, string>) =>
    maybeMerchantOrKey(READ)(
      readHttpEvent({ httpMethod: 'GET', headers }),
      { tokens, db: product.db },
      { nowMs: NOW_MS, log: () => undefined },
    );
  expect(read({})).toBeUndefined();
  await expect(read({ authorization: 'Bearer a.b.c' })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await read({ authorization: `Bearer ${await ofMerchant()}` })).toMatchObject({ id: view.merchantId });
});

it('is not mixed up with an API key: where the operation names no scope, no key is looked for', async () => {
  const key = `yk_${'a'.repeat(43)}`;
  await expect(asked(key)).rejects.toMatchObject({ code: 'API_KEY_REFUSED' });
  await expect(asked(key, { ...READ, apiKey: undefined })).rejects.toMatchObject({ code: 'API_KEY_SCOPE' });
});

it('is ended by whoever holds its token, once: the time of the first stays, and no other view ends', async () => {
  const [token, other] = [await tokenOf(), await tokenOf(await begin())];
  await end(token, NOW_MS + 1000);
  await end(token, NOW_MS + 2000);
  expect(await endedAtMs()).toBe(NOW_MS + 1000);
  await expect(asked(token)).rejects.toMatchObject({ code: 'VIEW_ENDED' });
  expect(await asked(other)).toMatchObject({ viewId: expect.any(String) });
});

it('is not ended by what is no view, or by one that is over: nobody is told', async () => {
  for (const token of ['', 'a.b.c', await ofMerchant()]) await end(token, NOW_MS);
  await end(await tokenOf(), view.expiresAtMs);
  expect(await endedAtMs()).toBeNull();
});
