import { createHash, createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

const codeKey = randomBytes(32);
const keys = [{ id: 'k1', key: randomBytes(32).toString('base64') }];
const document = { codeKey: codeKey.toString('base64'), currentKeyId: 'k1', keys };
const secrets = { get: async () => document, refresh: async () => document };
const CODE = '012345';

let product: ProductDatabase;
let merchantId: string;
let phone: string;
let logged: unknown[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  vi.resetModules();
  logged = [];
  merchantId = await newMerchant(product.db);
  const rows = await product.db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [merchantId]);
  phone = rows[0]?.phone ?? '';
});

const log = (...line: unknown[]) => void logged.push(line);
/** As a cold instance has them. */
async function services() {
  const { accessTokensOf } = await import('../../../shared/auth/access-token.ts');
  const { loginCodesOf } = await import('../../../shared/auth/login-codes.ts');
  const { tokensSecretOf } = await import('../../../shared/auth/tokens-secret.ts');
  const config = { STAGE: 'test' };
  const [tokens, codes] = [accessTokensOf(config, secrets), loginCodesOf(config, secrets)];
  return { db: product.db, tokens, codes, readSecret: tokensSecretOf(config, secrets) };
}
async function come(code = CODE) {
  const { logIn } = await import('../../../shared/auth/log-in.ts');
  const consent = { consentVersion: '2026-01', address: '', userAgent: '' };
  return logIn(await services(), { phone, code, ...consent, nowMs: NOW_MS, log });
}
async function leave(code = CODE, from = phone) {
  const { deleteAccount } = await import('../../../shared/auth/delete-account.ts');
  return deleteAccount(await services(), merchantId, { phone: from, code }, { nowMs: NOW_MS, log });
}
async function renew(token: string | null, discard: () => void = () => undefined, idempotencyKey = '') {
  const { refreshSession } = await import('../../../shared/auth/refresh-session.ts');
  const presented = { token, via: 'body', discard } as const;
  return refreshSession(await services(), presented, { idempotencyKey, nowMs: NOW_MS, log });
}
const sendCode = ({ tries = 0, expiresAtMs = NOW_MS + 1 } = {}) =>
  product.db.write(
    `INSERT INTO login_codes (id, phone, address, code_hash, tries, created_at, expires_at) VALUES (?, ?, '', ?, ?, ?, ?)`,
    [
      ...[newId('cod_', NOW_MS), phone, createHmac('sha256', codeKey).update(`${phone}\n${CODE}`).digest('hex'), tries],
      ...[sqlTime(NOW_MS - 1000), sqlTime(expiresAtMs)],
    ],
  );
const become = (state: string) => product.db.write('UPDATE merchants SET state = ? WHERE id = ?', [state, merchantId]);

describe('a code', () => {
  it.each<[string, string, string, Parameters<typeof sendCode>[0], string, string]>([
    ['wrong', 'wrong', '012346', {}, 'active', 'CODE_INCORRECT'],
    ['over', 'expired', CODE, { expiresAtMs: NOW_MS }, 'active', 'CODE_EXPIRED'],
    ['tried too often', 'tries_exceeded', CODE, { tries: 5 }, 'active', 'CODE_TRIES_EXCEEDED'],
    ['right, of a suspended account', 'suspended', CODE, {}, 'suspended', 'ACCOUNT_SUSPENDED'],
  ])('that is %s neither signs in nor deletes the account', async (_what, reason, code, sent, state, error) => {
    await sendCode(sent);
    await become(state);
    await expect(leave(code)).rejects.toMatchObject({ code: error });
    expect(logged).toEqual([]);
    await expect(come(code)).rejects.toMatchObject({ code: error });
    expect(logged).toEqual([['sign_in_refused', { reason }]]);
  });

  it('of another phone deletes nothing, and its field is named in both languages', async () => {
    await sendCode();
    const zh = '与本账号的手机号不一致';
    const fields = [{ path: 'phone', rule: 'own', zh, en: "is not this account's phone" }];
    await expect(leave(CODE, '13700000000')).rejects.toMatchObject({ code: 'VALIDATION_FAILED', fields });
  });

  it('does not delete an account with an order that may still be paid', async () => {
    await sendCode();
    await product.db.write(
      `INSERT INTO orders (id, merchant_id, plan_id, channel, state, amount_fen, credits, days, access, idempotency_key,
       request_hash, created_at, expires_at)
     VALUES ('ord_1', ?, 'monthly_99', 'wechat', 'pending', 9900, 100, 30, 'member', 'k', REPEAT('a', 64), ?, ?)`,
      [merchantId, sqlTime(NOW_MS), sqlTime(NOW_MS)],
    );
    await product.db.write(
      `INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, query_at, created_at)
     VALUES ('ord_1', 'ord_1', ?, 'wechat', 'qr', 'open', ?, ?)`,
      [merchantId, sqlTime(NOW_MS), sqlTime(NOW_MS)],
    );
    await expect(leave()).rejects.toMatchObject({ code: 'ORDER_OPEN' });
  });
});

describe('a refresh token', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  let token: string;
  let sessionId: string;
  beforeEach(async () => {
    token = randomBytes(32).toString('base64url');
    sessionId = newId('ses_', NOW_MS);
    const times = [sqlTime(NOW_MS), sqlTime(NOW_MS), sqlTime(NOW_MS + DAY_MS)];
    await product.db.write(
      `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
       VALUES (?, ?, '', '', ?, ?, ?)`,
      [sessionId, merchantId, ...times],
    );
    await product.db.write(
      'INSERT INTO refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      [hash(token), sessionId, merchantId, ...times.slice(1)],
    );
  });

  it.each<[string, string, () => Promise<unknown>]>([
    [
      'unknown',
      'NOT_SIGNED_IN',
      () => product.db.write('DELETE FROM refresh_tokens WHERE token_hash = ?', [hash(token)]),
    ],
    [
      'over',
      'TOKEN_EXPIRED',
      () =>
        product.db.write('UPDATE refresh_tokens SET expires_at = ? WHERE token_hash = ?', [
          sqlTime(NOW_MS),
          hash(token),
        ]),
    ],
    [
      'of a session that was ended',
      'SESSION_REVOKED',
      () => product.db.write('UPDATE sessions SET revoked_at = created_at WHERE id = ?', [sessionId]),
    ],
    ['of a suspended account', 'SESSION_REVOKED', () => become('suspended')],
  ])('that is %s is refused and forgotten', async (_what, code, change) => {
    await change();
    const discard = vi.fn();
    await expect(renew(token, discard)).rejects.toMatchObject({ code });
    expect([discard.mock.calls.length, logged]).toEqual([1, []]);
  });

  it('in two hands ends its session, which is told', async () => {
    const first = await renew(token);
    const discard = vi.fn();
    await expect(renew(token, discard)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
    expect([discard.mock.calls.length, logged]).toEqual([1, [['session_reuse', { merchantId, sessionId }]]]);
    await expect(renew(first.refreshToken)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
  });

  it('that is not there makes nobody forget one', async () => {
    const discard = vi.fn();
    await expect(renew(null, discard)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(discard).not.toHaveBeenCalled();
  });

  it('is given again to the hand that renewed, for thirty days from the first time; without a key each is another', async () => {
    const [first, again] = [await renew(token, undefined, 'renewal'), await renew(token, undefined, 'renewal')];
    expect(again).toMatchObject({ refreshToken: first.refreshToken, refreshExpiresAtMs: NOW_MS + 30 * DAY_MS });
    const next = await renew(first.refreshToken);
    expect(next.refreshToken).not.toBe(first.refreshToken);
  });
});
