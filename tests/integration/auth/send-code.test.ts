import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { type AuthStage, codeOf, newAddress, newPhone, signIn, startAuthStage } from './auth-stage.ts';
import { whileLocked } from './while-locked.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const INSERT_BUCKET = "INSERT INTO rate_limits (bucket, tat_ms, expires_at) VALUES (?, 0, '2026-04-01')";

let database: FreshDatabase;
let stage: AuthStage;
beforeAll(async () => {
  database = await freshDatabase();
  stage = await startAuthStage(database, { SMS_DAILY_BUDGET: '500' });
});
afterAll(async () => {
  await stage.close();
  await database.drop();
});

const send = (phone: string, sourceIp = newAddress()) => stage.call('send-code', { body: { phone }, sourceIp });

describe('send-code', () => {
  it('sends six digits to the phone and answers how long they are good', async () => {
    const phone = newPhone();
    const { status, body } = await send(phone);
    expect(status).toBe(200);
    expect(body.data).toEqual({ expiresInSeconds: 300, resendAfterSeconds: 60 });
    expect(stage.tencent.inbox().at(-1)).toMatchObject({
      phoneNumber: `+86${phone}`,
      params: [codeOf(stage, phone), '5'],
    });
  });

  it('answers a known phone exactly as an unknown one', async () => {
    const { phone } = await signIn(stage);
    stage.advance(MINUTE_MS);
    const known = await send(phone);
    const unknown = await send(newPhone());
    expect(known.status).toBe(unknown.status);
    expect(known.body.data).toEqual(unknown.body.data);
    expect(Object.keys(known.headers)).toEqual(Object.keys(unknown.headers));
  });

  it('stores neither the code nor a plain hash of it', async () => {
    const phone = newPhone();
    await send(phone);
    const [row] = await stage.db.query<Record<string, unknown>>('SELECT * FROM login_codes WHERE phone = ?', [phone]);
    expect(JSON.stringify(row)).not.toContain(codeOf(stage, phone));
    expect(row?.['code_hash']).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['1380013800', '12800138000', '+8613800138000', '138001380001', 13800138000, null])(
    'refuses %s as a phone, and names the field',
    async (phone) => {
      const { status, body } = await stage.call('send-code', { body: { phone } });
      expect([status, body.error.code, body.error.fields[0].path]).toEqual([400, 'VALIDATION_FAILED', 'phone']);
    },
  );

  it('works alike behind API Gateway', async () => {
    const phone = newPhone();
    const request = { body: { phone }, sourceIp: newAddress() };
    expect((await stage.callThroughApiGateway('send-code', request)).status).toBe(200);
    const again = await stage.callThroughApiGateway('send-code', request);
    expect([again.status, again.body.error.code]).toEqual([429, 'CODE_RATE_LIMITED']);
  });
});

describe('one phone', () => {
  it('gets one code a minute, and Retry-After says when the next', async () => {
    const phone = newPhone();
    expect((await send(phone)).status).toBe(200);
    stage.advance(59_001);
    const early = await send(phone);
    expect([early.status, early.body.error.code, early.headers['Retry-After']]).toEqual([
      429,
      'CODE_RATE_LIMITED',
      '1',
    ]);
    stage.advance(999);
    expect((await send(phone)).status).toBe(200);
  });

  it('gets five codes an hour, whatever addresses they are asked from', async () => {
    const phone = newPhone();
    for (let sent = 0; sent < 5; sent++) {
      expect((await send(phone)).status).toBe(200);
      stage.advance(2 * MINUTE_MS);
    }
    const sixth = await send(phone);
    expect([sixth.status, sixth.body.error.code]).toEqual([429, 'CODE_RATE_LIMITED']);
    expect(sixth.headers['Retry-After']).toBe(String(50 * 60));
    stage.advance(50 * MINUTE_MS - 1);
    expect((await send(phone)).status).toBe(429);
    stage.advance(1);
    expect((await send(phone)).status).toBe(200);
  });

  it('waits for the longer of its two limits', async () => {
    const phone = newPhone();
    for (const pauseMs of [
      14 * MINUTE_MS,
      14 * MINUTE_MS,
      14 * MINUTE_MS,
      18 * MINUTE_MS - 10 * SECOND_MS,
      SECOND_MS,
    ]) {
      expect((await send(phone)).status).toBe(200);
      stage.advance(pauseMs);
    }
    // The hour's limit ends in 9 s, the minute's in 59.
    expect((await send(phone)).headers['Retry-After']).toBe('59');
  });

  it('gets one code when it is asked for sixteen times at once', async () => {
    const phone = newPhone();
    const instances = await stage.newInstances('send-code', 16);
    const held = { sql: INSERT_BUCKET, values: [`code-phone:${phone}`], waiters: 16 };
    const answers = await whileLocked(database, held, () =>
      Promise.all(instances.map((call) => call({ body: { phone }, sourceIp: newAddress() }))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.error?.code === 'CODE_RATE_LIMITED')).toHaveLength(15);
    expect(stage.tencent.inbox().filter(({ phoneNumber }) => phoneNumber === `+86${phone}`)).toHaveLength(1);
  });
});

describe('one address', () => {
  it('asks for twenty codes an hour, however many phones it names', async () => {
    const address = newAddress();
    for (let sent = 0; sent < 20; sent++) {
      expect((await send(newPhone(), address)).status).toBe(200);
      stage.advance(10 * SECOND_MS);
    }
    const next = await send(newPhone(), address);
    expect([next.status, next.body.error.code]).toEqual([429, 'ADDRESS_RATE_LIMITED']);
    expect(next.headers['Retry-After']).toBe(String(3600 - 200));
    expect((await send(newPhone())).status).toBe(200);
    stage.advance(HOUR_MS - 200 * SECOND_MS);
    expect((await send(newPhone(), address)).status).toBe(200);
  });

  it('asks for twenty when thirty come at once', async () => {
    const address = newAddress();
    const instances = await stage.newInstances('send-code', 30);
    const held = { sql: INSERT_BUCKET, values: [`code-address:${address}`], waiters: 30 };
    const answers = await whileLocked(database, held, () =>
      Promise.all(instances.map((call) => call({ body: { phone: newPhone() }, sourceIp: address }))),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ body }) => body.error?.code === 'ADDRESS_RATE_LIMITED')).toHaveLength(10);
  });

  it('of IPv6 is the whole network that one subscriber has', async () => {
    for (let sent = 0; sent < 20; sent++) {
      expect((await send(newPhone(), `2001:db8:7:1::${sent.toString(16)}`)).status).toBe(200);
      stage.advance(3 * SECOND_MS);
    }
    expect((await send(newPhone(), '2001:db8:7:1:ffff::1')).body.error.code).toBe('ADDRESS_RATE_LIMITED');
    expect((await send(newPhone(), '2001:db8:7:2::1')).status).toBe(200);
  });
});

describe('the provider’s answer', () => {
  const refuse = async (code: string) => {
    const phone = newPhone();
    stage.refusedPhones.set(`+86${phone}`, code);
    return send(phone);
  };

  it('that a number was refused is no success, although the call was', async () => {
    const { status, body } = await refuse('FailedOperation.PhoneNumberInBlacklist');
    expect([status, body.error.code]).toEqual([502, 'SMS_FAILED']);
    expect(stage.logs()).toContain('FailedOperation.PhoneNumberInBlacklist');
  });

  it.each([
    ['LimitExceeded.PhoneNumberThirtySecondLimit', '30'],
    ['LimitExceeded.DeliveryFrequencyLimit', '60'],
    ['LimitExceeded.PhoneNumberOneHourLimit', '3600'],
  ])('%s is this phone’s limit: again in %s s', async (code, seconds) => {
    const { status, body, headers } = await refuse(code);
    expect([status, body.error.code, headers['Retry-After']]).toEqual([429, 'CODE_RATE_LIMITED', seconds]);
  });

  it('of a daily limit holds until midnight in Shanghai', async () => {
    for (const [code, answered] of [
      ['LimitExceeded.PhoneNumberDailyLimit', 'CODE_RATE_LIMITED'],
      ['LimitExceeded.AppDailyLimit', 'SMS_BUDGET_SPENT'],
    ] as const) {
      const { body, headers } = await refuse(code);
      const nowMs = Date.now();
      const midnightMs = Math.ceil((nowMs + 8 * HOUR_MS) / (24 * HOUR_MS)) * 24 * HOUR_MS - 8 * HOUR_MS;
      expect(body.error.code).toBe(answered);
      expect(Number(headers['Retry-After'])).toBe(Math.ceil((midnightMs - nowMs) / 1000));
    }
  });
});
