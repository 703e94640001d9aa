import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
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
import { whileLocked } from './while-locked.ts';

const MINUTE_MS = 60_000;
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

const login = (phone: string, code: string, over: Record<string, unknown> = {}) =>
  stage.call('login', { body: loginBody(phone, code, over), sourceIp: newAddress() });

const countOf = async (table: string, merchantId: string): Promise<number> => {
  const [row] = await stage.db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE merchant_id = ?`, [
    merchantId,
  ]);
  return row?.n ?? -1;
};

const codeOfPhone = (phone: string) => ({
  sql: 'SELECT id FROM login_codes WHERE phone = ? FOR UPDATE',
  values: [phone],
  waiters: 16,
});

describe('the first login', () => {
  it('registers the phone, records what was agreed to, and opens a session', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    const { status, body } = await stage.call('login', {
      body: loginBody(phone, code, { consentVersion: '2026-03' }),
      headers: { 'user-agent': `Mozilla/5.0 ${'x'.repeat(300)}` },
      sourceIp: '203.0.113.9',
    });
    expect(status).toBe(200);
    expect(body.data).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      accessExpiresAtMs: Date.now() + 15 * MINUTE_MS,
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      refreshExpiresAtMs: Date.now() + 30 * DAY_MS,
      account: {
        merchantId: expect.stringMatching(/^mch_[0-9A-Z]{26}$/),
        phoneMasked: `139****${phone.slice(-4)}`,
        createdAtMs: Date.now(),
      },
      registered: true,
    });
    const { merchantId } = body.data.account;
    const [consent] = await stage.db.query('SELECT version, address, accepted_at FROM consents WHERE merchant_id = ?', [
      merchantId,
    ]);
    expect(consent).toEqual({ version: '2026-03', address: '203.0.113.9', accepted_at: Date.now() });
    const [session] = await stage.db.query<Record<string, unknown>>('SELECT * FROM sessions WHERE merchant_id = ?', [
      merchantId,
    ]);
    expect(session).toMatchObject({ address: '203.0.113.9', expires_at: Date.now() + 30 * DAY_MS, revoked_at: null });
    expect(session?.['user_agent']).toBe(`Mozilla/5.0 ${'x'.repeat(243)}`);
    expect(await countOf('accounts', merchantId)).toBe(1);
  });

  it('keeps the refresh token as its SHA-256 alone', async () => {
    const { account, refreshToken } = await signIn(stage);
    const rows = await stage.db.query('SELECT * FROM refresh_tokens WHERE merchant_id = ?', [account.merchantId]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(refreshToken);
  });

  it('in a browser hands the refresh token over in a cookie that scripts cannot read', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    const { body, headers } = await login(phone, code, { tokenIn: 'cookie' });
    expect(body.data.refreshToken).toBeUndefined();
    expect(headers['Set-Cookie']).toEqual([
      expect.stringMatching(
        /^yiying_refresh=[\w-]{43}; HttpOnly; Secure; SameSite=Strict; Path=\/v1; Max-Age=2592000$/,
      ),
    ]);
  });
});

describe('while no accounts are opened', () => {
  const open = (isOpen: boolean) => stage.db.write('UPDATE settings SET sign_up = ?', [isOpen ? 1 : 0]);

  it('a new phone is refused and its code stays good; whoever has an account comes in', async () => {
    const known = await signIn(stage);
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    stage.advance(MINUTE_MS);
    const knownCode = await codeFor(stage, known.phone);
    await open(false);
    const { status, body } = await login(phone, code);
    const knownStatus = (await login(known.phone, knownCode)).status;
    await open(true);
    expect([status, body.error.code, knownStatus]).toEqual([403, 'SIGN_UP_CLOSED', 200]);
    expect(stage.logs()).toContain('"reason":"sign_up_closed"');
    expect(await stage.db.query('SELECT id FROM merchants WHERE phone = ?', [phone])).toEqual([]);
    expect((await login(phone, code)).body.data.registered).toBe(true);
  });
});

describe('a later login', () => {
  it('finds the same merchant again, and a second agreement is recorded beside the first', async () => {
    const first = await signIn(stage);
    stage.advance(MINUTE_MS);
    const code = await codeFor(stage, first.phone);
    const { body } = await login(first.phone, code, { consentVersion: '2026-09' });
    expect(body.data).toMatchObject({ registered: false, account: first.account });
    expect(await countOf('consents', first.account.merchantId)).toBe(2);
    expect(await countOf('sessions', first.account.merchantId)).toBe(2);
  });

  it('of a suspended account is refused, with the right code and not without it', async () => {
    const { phone, account } = await signIn(stage);
    await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [account.merchantId]);
    stage.advance(MINUTE_MS);
    const code = await codeFor(stage, phone);
    expect((await login(phone, wrongCode(code))).body.error.code).toBe('CODE_INCORRECT');
    const { status, body, headers } = await login(phone, code);
    expect([status, body.error.code]).toEqual([403, 'ACCOUNT_SUSPENDED']);
    expect(headers['Set-Cookie']).toBeUndefined();
    expect(await countOf('sessions', account.merchantId)).toBe(1);
  });
});

describe('a code', () => {
  it('that is wrong may be mended four times; the fifth wrong one spoils it for the right one too', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    for (let tries = 0; tries < 5; tries++) {
      const { status, body } = await login(phone, wrongCode(code));
      expect([status, body.error.code]).toEqual([400, 'CODE_INCORRECT']);
    }
    expect((await login(phone, code)).body.error.code).toBe('CODE_TRIES_EXCEEDED');
  });

  it('is still right after four wrong ones', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    for (let tries = 0; tries < 4; tries++) await login(phone, wrongCode(code));
    expect((await login(phone, code)).status).toBe(200);
  });

  it('is good once', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    expect((await login(phone, code)).status).toBe(200);
    expect((await login(phone, code)).body.error.code).toBe('CODE_EXPIRED');
  });

  it('is good until the last millisecond of five minutes', async () => {
    const [inTime, late] = [newPhone(), newPhone()];
    const codes = [await codeFor(stage, inTime), await codeFor(stage, late)] as const;
    stage.advance(5 * MINUTE_MS - 1);
    expect((await login(inTime, codes[0])).status).toBe(200);
    stage.advance(1);
    const { status, body } = await login(late, codes[1]);
    expect([status, body.error.code]).toEqual([400, 'CODE_EXPIRED']);
  });

  it('gives way to the next one', async () => {
    const phone = newPhone();
    const first = await codeFor(stage, phone);
    stage.advance(MINUTE_MS);
    const second = await codeFor(stage, phone);
    if (first !== second) expect((await login(phone, first)).body.error.code).toBe('CODE_INCORRECT');
    expect((await login(phone, second)).status).toBe(200);
  });

  it('of another phone is worth nothing', async () => {
    const [mine, other] = [newPhone(), newPhone()];
    await codeFor(stage, mine);
    const code = await codeFor(stage, other);
    expect((await login(mine, code)).status).toBe(400);
  });

  it('that nobody asked for is answered as an old one: nothing tells who has an account', async () => {
    const { status, body } = await login(newPhone(), '123456');
    expect([status, body.error.code]).toEqual([400, 'CODE_EXPIRED']);
  });

  it('tried wrongly sixteen times at once has had five tries', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    const instances = await stage.newInstances('login', 16);
    const answers = await whileLocked(database, codeOfPhone(phone), () =>
      Promise.all(instances.map((call) => call({ body: loginBody(phone, wrongCode(code)), sourceIp: newAddress() }))),
    );
    const codes = answers.map(({ body }) => body.error.code);
    expect(codes.filter((one) => one === 'CODE_INCORRECT')).toHaveLength(5);
    expect(codes.filter((one) => one === 'CODE_TRIES_EXCEEDED')).toHaveLength(11);
  });
});

describe('at once', () => {
  it('sixteen logins with one right code open exactly one session', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    const instances = await stage.newInstances('login', 16);
    const answers = await whileLocked(database, codeOfPhone(phone), () =>
      Promise.all(instances.map((call) => call({ body: loginBody(phone, code), sourceIp: newAddress() }))),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error?.code === 'CODE_EXPIRED')).toHaveLength(15);
    const merchantId: string = won[0]?.body.data.account.merchantId ?? 'none';
    expect([await countOf('sessions', merchantId), await countOf('refresh_tokens', merchantId)]).toEqual([1, 1]);
    const merchants = await stage.db.query('SELECT id FROM merchants WHERE phone = ?', [phone]);
    expect(merchants).toEqual([{ id: merchantId }]);
  });

  it('many phones’ first logins do not get in each other’s way', async () => {
    const phones = Array.from({ length: 12 }, newPhone);
    const codes: string[] = [];
    for (const phone of phones) codes.push(await codeFor(stage, phone));
    const instances = await stage.newInstances('login', phones.length);
    const answers = await Promise.all(
      instances.map((call, n) => call({ body: loginBody(phones[n] ?? '', codes[n] ?? ''), sourceIp: newAddress() })),
    );
    expect(answers.map(({ status, body }) => [status, body.data?.registered])).toEqual(phones.map(() => [200, true]));
    expect(new Set(answers.map(({ body }) => body.data.account.merchantId)).size).toBe(12);
  });

  it('a phone that is being registered by another login at this moment becomes one merchant', async () => {
    const phone = newPhone();
    const code = await codeFor(stage, phone);
    const held = {
      sql: "INSERT INTO merchants (id, phone, created_at) VALUES ('mch_other', ?, '2026-01-01')",
      values: [phone],
      waiters: 1,
    };
    const { status, body } = await whileLocked(database, held, () => login(phone, code));
    expect([status, body.data.registered, body.data.account.merchantId]).toEqual([200, false, 'mch_other']);
  });
});

describe('get-account', () => {
  it('says who is signed in, with the phone masked', async () => {
    const { phone, account, accessToken } = await signIn(stage);
    const answer = await stage.call('get-account', { headers: { authorization: `Bearer ${accessToken}` } });
    expect([answer.status, answer.body.data]).toEqual([200, account]);
    expect(JSON.stringify(answer)).not.toContain(phone);
  });

  it('is nothing without a token, with a foreign one, or after fifteen minutes', async () => {
    const { accessToken } = await signIn(stage);
    const ask = async (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const { status, body } = await stage.callThroughApiGateway('get-account', { headers });
      return [status, body.error?.code];
    };
    expect(await ask()).toEqual([401, 'NOT_SIGNED_IN']);
    expect(await ask(`Bearer ${accessToken.slice(0, -4)}AAAA`)).toEqual([401, 'NOT_SIGNED_IN']);
    expect(await ask(`Bearer ${accessToken}`)).toEqual([200, undefined]);
    stage.advance(15 * MINUTE_MS);
    expect(await ask(`Bearer ${accessToken}`)).toEqual([401, 'TOKEN_EXPIRED']);
  });
});

describe('bad input', () => {
  it.each([
    [{ code: '12345' }, 'code'],
    [{ code: 123456 }, 'code'],
    [{ consentVersion: undefined }, 'consentVersion'],
    [{ tokenIn: 'header' }, 'tokenIn'],
    [{ password: 'x' }, 'password'],
  ])('%o names its field', async (over, path) => {
    const { status, body } = await login(newPhone(), '123456', over);
    expect([status, body.error.code, body.error.fields[0].path]).toEqual([400, 'VALIDATION_FAILED', path]);
  });
});
