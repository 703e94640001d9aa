import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import {
  type AuthStage,
  codeFor,
  loginBody,
  newAddress,
  newPhone,
  startAuthStage,
  WEB_ORIGIN,
  wrongCode,
} from './auth-stage.ts';

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

it('no phone, code, token, hash, cookie or key reaches the logs, whatever happens', async () => {
  const phone = newPhone();
  const code = await codeFor(stage, phone);
  await stage.call('send-code', { body: { phone }, sourceIp: newAddress() });
  const refusedPhone = newPhone();
  stage.refusedPhones.set(`+86${refusedPhone}`, 'FailedOperation.PhoneNumberInBlacklist');
  await stage.call('send-code', { body: { phone: refusedPhone }, sourceIp: newAddress() });
  await stage.call('login', { body: loginBody(phone, wrongCode(code)), sourceIp: newAddress() });
  const signedIn = (await stage.call('login', { body: loginBody(phone, code), sourceIp: newAddress() })).body.data;
  await stage.call('login', { body: loginBody(phone, code), sourceIp: newAddress() });
  await stage.call('login', { body: { phone, code: 'not a code', extra: code }, sourceIp: newAddress() });
  await stage.call('get-account', { headers: { authorization: `Bearer ${signedIn.accessToken}` } });
  await stage.call('get-account', { headers: { authorization: `Bearer ${signedIn.accessToken}x` } });
  const cookie = `yiying_refresh=${signedIn.refreshToken}`;
  const next = (await stage.call('refresh-session', { headers: { cookie, origin: WEB_ORIGIN } })).headers['Set-Cookie'];
  await stage.call('refresh-session', { headers: { cookie, origin: WEB_ORIGIN } });
  await stage.call('logout', { headers: { cookie, origin: 'https://evil.example.com' } });
  // A fault in the middle: mysql2's error carries the statement with its values.
  await stage.db.write('RENAME TABLE refresh_tokens TO refresh_tokens_away');
  const failed = await stage.call('refresh-session', { body: { refreshToken: signedIn.refreshToken } });
  await stage.db.write('RENAME TABLE refresh_tokens_away TO refresh_tokens');
  expect(failed.status).toBe(500);

  const rows = [
    ...(await stage.db.query<{ hash: string }>('SELECT code_hash AS hash FROM login_codes')),
    ...(await stage.db.query<{ hash: string }>('SELECT token_hash AS hash FROM refresh_tokens')),
  ];
  const tokens = stage.secrets['yiying-test-tokens'] as { codeKey: string; keys: { key: string }[] };
  const secrets = [
    phone,
    refusedPhone,
    code,
    wrongCode(code),
    signedIn.accessToken,
    signedIn.accessToken.split('.')[2],
    signedIn.refreshToken,
    /=([\w-]{43});/.exec(String(next))?.[1],
    ...rows.map(({ hash }) => hash),
    tokens.codeKey,
    tokens.keys[0]?.key,
  ];
  const logs = stage.logs();
  // Ids, times and stacks may hold six digits of their own; a code would stand alone.
  const asWord = (text: string) => new RegExp(`(?<![\\w.])${text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![\\w])`);
  const leaked = secrets.filter((text) => text === undefined || asWord(text).test(logs));
  expect(leaked).toEqual([]);
  for (const event of ['code_sent', 'sms_failed', 'sign_in_refused', 'signed_in', 'session_reuse', 'request_failed']) {
    expect(logs).toContain(`"log":"${event}"`);
  }
});

/** What the lines of an event say beside the request's own. */
const told = (event: string) =>
  stage
    .logs()
    .split('\n')
    .filter((line) => line.includes(`"log":"${event}"`))
    .map((line) => {
      const { at, level, log, function: name, requestId, coldStart, ...said } = JSON.parse(line);
      return said;
    });

it('what was sent, refused and opened is told with the ids and reasons by which it is found again', async () => {
  const before = new Map(
    [
      'code_sent',
      'sms_failed',
      'sms_budget_spent',
      'sign_in_refused',
      'signed_in',
      'session_reuse',
      'account_deleted',
    ].map((event) => [event, told(event).length]),
  );
  const since = (event: string) => told(event).slice(before.get(event));
  const phone = newPhone();
  const code = await codeFor(stage, phone);
  expect(since('code_sent')).toEqual([{ serialNo: expect.stringMatching(/^\S+$/) }]);
  for (const refusal of ['FailedOperation.PhoneNumberInBlacklist', 'LimitExceeded.AppDailyLimit']) {
    const refused = newPhone();
    stage.refusedPhones.set(`+86${refused}`, refusal);
    await stage.call('send-code', { body: { phone: refused }, sourceIp: newAddress() });
  }
  expect(since('sms_failed')).toEqual([{ providerCode: 'FailedOperation.PhoneNumberInBlacklist' }]);
  expect(since('sms_budget_spent')).toEqual([{ providerCode: 'LimitExceeded.AppDailyLimit' }]);
  const login = async (tried: string) =>
    (await stage.call('login', { body: loginBody(phone, tried), sourceIp: newAddress() })).body.data;
  await login(wrongCode(code));
  const { accessToken, refreshToken, account } = await login(code);
  await login(code);
  expect(since('sign_in_refused')).toEqual([{ reason: 'wrong' }, { reason: 'expired' }]);
  const { sid: sessionId } = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
  const { merchantId } = account;
  expect(since('signed_in')).toEqual([{ merchantId, sessionId, registered: true }]);
  for (let n = 0; n < 2; n++) await stage.call('refresh-session', { body: { refreshToken } });
  expect(since('session_reuse')).toEqual([{ merchantId, sessionId }]);
  stage.advance(60_000);
  const body = { phone, code: await codeFor(stage, phone), understood: true };
  await stage.call('delete-account', { body, headers: { authorization: `Bearer ${accessToken}` } });
  expect(since('account_deleted')).toEqual([{ merchantId, canceledTasks: 0, forfeitedCredits: 0 }]);
});
