import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { renewedToken } from '../../../shared/auth/refresh-token.ts';
import {
  type AuthStage,
  codeFor,
  loginBody,
  newAddress,
  newPhone,
  signIn,
  startAuthStage,
  WEB_ORIGIN,
} from './auth-stage.ts';
import { whileLocked } from './while-locked.ts';

const DAY_MS = 86_400_000;

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

const refresh = (refreshToken: string) =>
  stage.call('refresh-session', { body: { refreshToken }, sourceIp: newAddress() });
const logout = (refreshToken?: string) => stage.call('logout', { body: { refreshToken }, sourceIp: newAddress() });

const viaCookie = (name: 'refresh-session' | 'logout', token: string, headers: Record<string, string> = {}) =>
  stage.call(name, { headers: { cookie: `yiying_refresh=${token}`, ...headers }, sourceIp: newAddress() });

async function signInWithCookie(): Promise<string> {
  const phone = newPhone();
  const body = loginBody(phone, await codeFor(stage, phone), { tokenIn: 'cookie' });
  const { headers } = await stage.call('login', { body, sourceIp: newAddress() });
  return cookieOf(headers);
}

function cookieOf(headers: Readonly<Record<string, string | readonly string[]>>): string {
  return /^yiying_refresh=([\w-]*);/.exec(String(headers['Set-Cookie']))?.[1] ?? 'no cookie';
}

const REMOVED = ['yiying_refresh=; HttpOnly; Secure; SameSite=Strict; Path=/v1; Max-Age=0'];

describe('a refresh token', () => {
  it('is exchanged for the next one and an access token of the same session, and lives thirty days from then', async () => {
    const first = await signIn(stage);
    stage.advance(10 * DAY_MS);
    const { status, body } = await refresh(first.refreshToken);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      accessExpiresAtMs: Date.now() + 900_000,
      refreshExpiresAtMs: Date.now() + 30 * DAY_MS,
    });
    expect(body.data.refreshToken).not.toBe(first.refreshToken);
    const { accessToken } = body.data;
    const account = await stage.call('get-account', { headers: { authorization: `Bearer ${accessToken}` } });
    expect(account.body.data).toEqual(first.account);
    const claims = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(claims(accessToken).sid).toBe(claims(first.accessToken).sid);
    stage.advance(29 * DAY_MS);
    expect((await refresh(body.data.refreshToken)).status).toBe(200);
  });

  it('used twice ends its session, the honest holder’s next token included', async () => {
    const { refreshToken } = await signIn(stage);
    const next = (await refresh(refreshToken)).body.data.refreshToken;
    const again = await refresh(refreshToken);
    expect([again.status, again.body.error.code]).toEqual([401, 'SESSION_REVOKED']);
    expect((await refresh(next)).body.error.code).toBe('SESSION_REVOKED');
    expect(stage.logs()).toContain('"log":"session_reuse"');
  });

  it('used twice leaves the merchant’s other sessions alone', async () => {
    const one = await signIn(stage);
    stage.advance(60_000);
    const other = await signIn(stage, one.phone);
    await refresh(one.refreshToken);
    await refresh(one.refreshToken);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  it('presented sixteen times at once is exchanged once, and the session is over', async () => {
    const { refreshToken, account } = await signIn(stage);
    const instances = await stage.newInstances('refresh-session', 16);
    const held = {
      sql: 'SELECT token_hash FROM refresh_tokens WHERE merchant_id = ? FOR UPDATE',
      values: [account.merchantId],
      waiters: 16,
    };
    const answers = await whileLocked(database, held, () =>
      Promise.all(instances.map((call) => call({ body: { refreshToken }, sourceIp: newAddress() }))),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error?.code === 'SESSION_REVOKED')).toHaveLength(15);
    expect((await refresh(won[0]?.body.data.refreshToken)).body.error.code).toBe('SESSION_REVOKED');
    const tokens = await stage.db.query('SELECT token_hash FROM refresh_tokens WHERE merchant_id = ?', [
      account.merchantId,
    ]);
    expect(tokens).toHaveLength(2);
  });

  it('is good until the last millisecond of its thirty days', async () => {
    const [inTime, late] = [await signIn(stage), await signIn(stage)];
    stage.advance(30 * DAY_MS - 1);
    expect((await refresh(inTime.refreshToken)).status).toBe(200);
    stage.advance(1);
    const { status, body } = await refresh(late.refreshToken);
    expect([status, body.error.code]).toEqual([401, 'TOKEN_EXPIRED']);
  });

  it('of a suspended merchant is refused, and good again when the merchant is back', async () => {
    const { refreshToken, account } = await signIn(stage);
    const setState = (state: string) =>
      stage.db.write('UPDATE merchants SET state = ? WHERE id = ?', [state, account.merchantId]);
    await setState('suspended');
    expect((await refresh(refreshToken)).body.error.code).toBe('SESSION_REVOKED');
    await setState('active');
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('whose session is gone from the database is refused', async () => {
    const { refreshToken, account } = await signIn(stage);
    await stage.db.write('DELETE FROM sessions WHERE merchant_id = ?', [account.merchantId]);
    expect((await refresh(refreshToken)).body.error.code).toBe('SESSION_REVOKED');
  });

  it('that is unknown, missing or of another form is nobody’s', async () => {
    expect((await refresh('A'.repeat(43))).body.error.code).toBe('NOT_SIGNED_IN');
    expect((await stage.call('refresh-session')).body.error.code).toBe('NOT_SIGNED_IN');
    expect((await refresh('short')).body.error).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('is not used up by a request that could not have been answered', async () => {
    const { refreshToken } = await signIn(stage);
    const cold = await stage.newInstance('refresh-session');
    const name = 'yiying-test-tokens';
    const kept = stage.secrets[name];
    delete stage.secrets[name];
    const { status, body } = await cold({ body: { refreshToken }, sourceIp: newAddress() });
    stage.secrets[name] = kept;
    expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE']);
    expect((await refresh(refreshToken)).status).toBe(200);
  });
});

describe('a renewal whose answer was lost', () => {
  const KEY = 'b3d5a7c0-1111-4222-8333-444455556666';
  const renew = (refreshToken: string, key?: string) =>
    stage.call('refresh-session', {
      body: { refreshToken },
      headers: key === undefined ? {} : { 'idempotency-key': key },
      sourceIp: newAddress(),
    });
  const codeOf = async (refreshToken: string, key?: string) => (await renew(refreshToken, key)).body.error?.code;

  it('is answered again to whoever asked, with the very same token, for a minute', async () => {
    const { refreshToken, account } = await signIn(stage);
    const first = (await renew(refreshToken, KEY)).body.data;
    stage.advance(59_999);
    const again = await renew(refreshToken, KEY);
    expect(again.status).toBe(200);
    expect(again.body.data).toMatchObject({
      refreshToken: first.refreshToken,
      refreshExpiresAtMs: first.refreshExpiresAtMs,
    });
    const headers = { authorization: `Bearer ${again.body.data.accessToken}` };
    expect((await stage.call('get-account', { headers })).body.data).toEqual(account);
    const rows = await stage.db.query('SELECT token_hash FROM refresh_tokens WHERE merchant_id = ?', [
      account.merchantId,
    ]);
    expect(rows).toHaveLength(2);
    stage.advance(1);
    expect(await codeOf(refreshToken, KEY)).toBe('SESSION_REVOKED');
    expect(await codeOf(first.refreshToken)).toBe('SESSION_REVOKED');
  });

  it('asked for eight times at once gives one token, and the session lives', async () => {
    const { refreshToken } = await signIn(stage);
    const instances = await stage.newInstances('refresh-session', 8);
    const answers = await Promise.all(
      instances.map((call) =>
        call({ body: { refreshToken }, headers: { 'idempotency-key': KEY }, sourceIp: newAddress() }),
      ),
    );
    const tokens = new Set(answers.map(({ body }) => body.data?.refreshToken));
    expect([answers.map(({ status }) => status), tokens.size]).toEqual([Array(8).fill(200), 1]);
    expect((await renew([...tokens][0] as string, 'the-next-key')).status).toBe(200);
  });

  it.each([
    ['another key', 'another-key'],
    ['no key', undefined],
  ])('is not answered to who has the token and %s: the session ends', async (_what, key) => {
    const { refreshToken } = await signIn(stage);
    const next = (await renew(refreshToken, KEY)).body.data.refreshToken;
    expect(await codeOf(refreshToken, key)).toBe('SESSION_REVOKED');
    expect(await codeOf(next, KEY)).toBe('SESSION_REVOKED');
  });

  it('is not answered once its token was used: then it had arrived', async () => {
    const { refreshToken } = await signIn(stage);
    const next = (await renew(refreshToken, KEY)).body.data.refreshToken;
    const third = (await renew(next, 'the-next-key')).body.data.refreshToken;
    expect(await codeOf(refreshToken, KEY)).toBe('SESSION_REVOKED');
    expect(await codeOf(third)).toBe('SESSION_REVOKED');
  });

  it('of a session that was ended meanwhile is not answered', async () => {
    const { refreshToken, account } = await signIn(stage);
    await renew(refreshToken, KEY);
    await stage.db.write('UPDATE sessions SET revoked_at = NOW(3) WHERE merchant_id = ?', [account.merchantId]);
    expect(await codeOf(refreshToken, KEY)).toBe('SESSION_REVOKED');
  });

  it('gives a token that nobody can work out from the old one and the key', async () => {
    const { refreshToken } = await signIn(stage);
    const { refreshToken: next } = (await renew(refreshToken, KEY)).body.data;
    const without = Buffer.alloc(32).toString('base64');
    expect(next).toMatch(/^[\w-]{43}$/);
    expect(next).not.toBe(renewedToken(without, refreshToken, KEY));
  });
});

describe('the refresh cookie', () => {
  it('is replaced by the next, and the body holds no refresh token', async () => {
    const token = await signInWithCookie();
    const { status, body, headers } = await viaCookie('refresh-session', token, { origin: WEB_ORIGIN });
    expect([status, body.data.refreshToken]).toEqual([200, undefined]);
    const next = cookieOf(headers);
    expect(next).toMatch(/^[\w-]{43}$/);
    expect((await viaCookie('refresh-session', next, { origin: WEB_ORIGIN })).status).toBe(200);
  });

  it('is worth nothing on another page, and is not used up there', async () => {
    const token = await signInWithCookie();
    for (const name of ['refresh-session', 'logout'] as const) {
      for (const origin of ['https://evil.example.com', 'null', `${WEB_ORIGIN}.evil.com`, 'http://app.example.com']) {
        const { status, body, headers } = await viaCookie(name, token, { origin });
        expect([status, body.error.code]).toEqual([403, 'ORIGIN_REFUSED']);
        expect(headers['Set-Cookie']).toBeUndefined();
        expect(headers['Access-Control-Allow-Origin']).toBeUndefined();
      }
    }
    expect((await viaCookie('refresh-session', token, { origin: WEB_ORIGIN })).status).toBe(200);
  });

  it('is removed once it is dead', async () => {
    const token = await signInWithCookie();
    await viaCookie('refresh-session', token, { origin: WEB_ORIGIN });
    const { body, headers } = await viaCookie('refresh-session', token, { origin: WEB_ORIGIN });
    expect([body.error.code, headers['Set-Cookie']]).toEqual(['SESSION_REVOKED', REMOVED]);
  });
});

describe('logout', () => {
  it('ends the session, and answers the same when there is none', async () => {
    const { refreshToken } = await signIn(stage);
    const answers = [
      await logout(refreshToken),
      await logout(refreshToken),
      await logout('A'.repeat(43)),
      await logout(),
    ];
    expect(answers.map(({ status, body }) => [status, body.data])).toEqual(answers.map(() => [200, {}]));
    expect((await refresh(refreshToken)).body.error.code).toBe('SESSION_REVOKED');
  });

  it('ends it once: the time of the first stays', async () => {
    const { refreshToken, account } = await signIn(stage);
    const endedAtMs = Date.now();
    await logout(refreshToken);
    stage.advance(1000);
    await logout(refreshToken);
    const rows = await stage.db.query('SELECT revoked_at FROM sessions WHERE merchant_id = ?', [account.merchantId]);
    expect(rows).toEqual([{ revoked_at: endedAtMs }]);
  });

  it('also ends it with a token that has been exchanged since', async () => {
    const { refreshToken } = await signIn(stage);
    const next = (await refresh(refreshToken)).body.data.refreshToken;
    await logout(refreshToken);
    expect((await refresh(next)).body.error.code).toBe('SESSION_REVOKED');
  });

  it('ends this session and no other', async () => {
    const one = await signIn(stage);
    const other = await signIn(stage);
    await logout(one.refreshToken);
    expect((await refresh(other.refreshToken)).status).toBe(200);
  });

  it('removes the cookie, whether or not it was of use', async () => {
    const token = await signInWithCookie();
    for (const cookie of [token, token, 'A'.repeat(43)]) {
      const { status, headers } = await viaCookie('logout', cookie, { origin: WEB_ORIGIN });
      expect([status, headers['Set-Cookie']]).toEqual([200, REMOVED]);
    }
    expect((await viaCookie('refresh-session', token, { origin: WEB_ORIGIN })).body.error.code).toBe('SESSION_REVOKED');
  });

  it('works alike behind API Gateway', async () => {
    const token = await signInWithCookie();
    const headers = { cookie: `yiying_refresh=${token}`, origin: WEB_ORIGIN };
    const answer = await stage.callThroughApiGateway('logout', { headers, sourceIp: newAddress() });
    expect([answer.status, answer.headers['Set-Cookie']]).toEqual([200, REMOVED]);
    expect((await refresh(token)).body.error.code).toBe('SESSION_REVOKED');
  });
});
