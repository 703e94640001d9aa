import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiMerchant, type ApiStage, EVENT_FORMS, startApiStage, WEB_ORIGIN } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { grantCredits, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { refused } from './refused.ts';
import { HOSTILE_TEXTS, JSON_OPERATIONS, POSTS, READS, VALID_INPUT, validInput } from './valid-requests.ts';

let product: ProductDatabase;
let stage: ApiStage;
let as: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret);
  as = await newOperator(stage, 'operator');
  await grantCredits(stage.db, as.id, 100);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const idempotencyKey = () => `key-${++keys}`;
const post = async (name: string, rawBody: string | Buffer, headers: Record<string, string> = {}) => {
  if (FEW_TRIES.includes(name)) await forgetTries(name);
  return refused(stage, name, {
    as,
    idempotencyKey: idempotencyKey(),
    rawBody,
    headers: { 'content-type': 'application/json', ...headers },
  });
};
/** Ten tries in ten minutes would hide what is wrong with the eleventh. */
const FEW_TRIES = [
  ...['redeem-code', 'request-withdrawal', 'create-api-key', 'create-webhook', 'rotate-webhook-secret', 'test-webhook'],
  'replay-webhook-delivery',
];
const forgetTries = (name: string) => stage.db.write('DELETE FROM rate_limits WHERE bucket LIKE ?', [`${name}:%`]);
const input = (name: string, body: unknown) => post(name, JSON.stringify(body));

describe.each(JSON_OPERATIONS)('$name', ({ name, method }) => {
  it(`answers only ${method}`, async () => {
    const others = [method === 'GET' ? 'POST' : 'GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE', 'get', ''];
    for (const other of others.filter((one) => one.toUpperCase() !== method)) {
      expect(await refused(stage, name, { as, method: other }), other).toBe('METHOD_NOT_ALLOWED');
      expect((await stage.send(name, { method: other })).headers).toMatchObject({ Allow: `${method}, OPTIONS` });
    }
  });

  it('answers OPTIONS before anything else, and grants a page nothing unless it is ours', async () => {
    for (const form of EVENT_FORMS) {
      const preflight = (origin: string) =>
        stage.send(name, { method: 'OPTIONS', rawBody: '{', headers: { origin, authorization: 'x' } }, form);
      const ours = await preflight(WEB_ORIGIN);
      expect([ours.status, ours.body]).toEqual([204, null]);
      expect(ours.headers).toMatchObject({
        'Access-Control-Allow-Origin': WEB_ORIGIN,
        'Access-Control-Allow-Methods': `${method}, OPTIONS`,
        'Access-Control-Allow-Headers': expect.stringContaining('Idempotency-Key') as string,
      });
      for (const origin of ['https://evil.example.com', `${WEB_ORIGIN}.evil.com`, 'null', '*', `${WEB_ORIGIN}/`]) {
        const { status, headers } = await preflight(origin);
        expect([status, Object.keys(headers).sort()]).toEqual([204, ['Allow', 'Vary']]);
      }
    }
  });

  it('takes no body above its limit, nor above the platform’s', async () => {
    // Six megabytes take the platform's stand-in 50 ms, whatever is asked.
    const huge = name === JSON_OPERATIONS[0]?.name ? [Buffer.alloc(6 * 1024 * 1024 + 1)] : [];
    for (const rawBody of ['x'.repeat(64 * 1024 + 1), Buffer.alloc(64 * 1024 + 1), ...huge]) {
      expect(await post(name, rawBody)).toBe('BODY_TOO_LARGE');
    }
  });

  it('lets a page of ours read its refusals, and no other page', async () => {
    const { headers } = await stage.send(name, { method: 'PUT', headers: { origin: WEB_ORIGIN } });
    expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': WEB_ORIGIN, Vary: 'Origin' });
    const foreign = await stage.send(name, { method: 'PUT', headers: { origin: 'https://evil.example.com' } });
    expect(Object.keys(foreign.headers).filter((header) => header.startsWith('Access-Control'))).toEqual([]);
  });
});

/** A number or `true` where one is meant, and any object where a form is, are not of the wrong type. */
const isOfItsKind = (valid: unknown, given: unknown): boolean =>
  typeof valid === typeof given &&
  (['boolean', 'number'].includes(typeof valid) || (isRecord(valid) && isRecord(given)));
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

describe.each(POSTS)('the body of $name', ({ name }) => {
  it('of just its limit is read', async () => {
    const full = `{}${' '.repeat(64 * 1024 - 2)}`;
    const { status } = await stage.send(name, { rawBody: full, headers: { 'content-type': 'application/json' } });
    expect(status).not.toBe(413);
  });

  it('must be JSON', async () => {
    const bodies = ['{', '{"a":}', '{"a":1,}', "{'a':1}", '{}{}', 'nonsense', 'undefined', 'NaN', '{"a":01}', '\u0000'];
    for (const body of bodies) expect(await post(name, body), body).toBe('BAD_REQUEST');
  });

  it('must be text in UTF-8, and base64 where it says so', async () => {
    expect(await post(name, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).toBe('BAD_REQUEST');
    expect(await post(name, Buffer.from('{"a":"\ud800"}', 'utf16le'))).toBe('BAD_REQUEST');
  });

  it('is not read when it is nested without end', async () => {
    const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    for (const body of [deep(33), deep(10_000), objects]) expect(await post(name, body)).toBe('BAD_REQUEST');
  });

  it('must be an object', async () => {
    for (const body of ['[]', 'null', '"text"', '1', 'true', '[{}]']) {
      expect(await post(name, body), body).toBe('VALIDATION_FAILED  type:object');
    }
  });

  it('must say that it is JSON', async () => {
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json'];
    for (const type of [...types, 'application/jsonx', '', 'image/jpeg', 'application/json, text/plain']) {
      expect(await post(name, '{}', { 'content-type': type }), type).toBe('UNSUPPORTED_MEDIA_TYPE');
    }
    for (const type of ['APPLICATION/JSON', 'application/json; charset=utf-8', ' application/json ']) {
      const { status } = await stage.send(name, { rawBody: '{}', headers: { 'content-type': type } });
      expect(status, type).not.toBe(415);
    }
  });

  it('has no field that nobody knows, whatever its name', async () => {
    for (const surplus of ['surplus', 'constructor', 'toString', 'hasOwnProperty', 'isAdmin', '👗', '', '$where']) {
      const body = { ...validInput(name), [surplus]: 1 };
      expect(await input(name, body), surplus).toBe(`VALIDATION_FAILED ${surplus} unknown`);
    }
    const polluted = JSON.stringify(validInput(name))
      .replace(/^\{/, '{"__proto__":{"isAdmin":true},')
      .replace(',}', '}');
    expect(await post(name, polluted)).toBe('VALIDATION_FAILED __proto__ unknown');
  });

  it('has no field twice, in whatever spelling', async () => {
    for (const field of Object.keys(validInput(name))) {
      const twice = JSON.stringify(validInput(name)).replace(/^\{/, `{"${field}":"x",`);
      expect(await post(name, twice)).toBe(`VALIDATION_FAILED ${field} duplicate`);
      const escaped = `\\u${field.charCodeAt(0).toString(16).padStart(4, '0')}${field.slice(1)}`;
      const disguised = twice.replace(`"${field}"`, `"${escaped}"`);
      expect(await post(name, disguised)).toBe(`VALIDATION_FAILED ${field} duplicate`);
    }
  });

  it('has each field in its own type, and the answer names every one that is not', async () => {
    for (const wrong of [null, 1, 1.5, true, [], {}, ['x'], { $ne: null }, { toString: 'x' }]) {
      const fields = Object.entries(validInput(name)).flatMap(([field, valid]) =>
        (Array.isArray(valid) && Array.isArray(wrong)) || isOfItsKind(valid, wrong) ? [] : [field],
      );
      if (fields.length === 0) continue;
      const refusal = await input(name, { ...validInput(name), ...all(fields, wrong) });
      expect(named(refusal), JSON.stringify(wrong)).toEqual(fields.sort());
      expect(refusal, JSON.stringify(wrong)).toMatch(OF_TYPES);
    }
  });

  it('has no hostile text in any field', async () => {
    const fields = Object.keys(validInput(name)).filter(
      (one) => one !== 'captcha' && !ACCEPTED.includes(`${name}.${one}`),
    );
    const alone = fields.filter((field) => [...FREE_TEXTS, ...BESIDE].includes(`${name}.${field}`));
    const closed = fields.filter((field) => !alone.includes(field));
    for (const text of HOSTILE_TEXTS) {
      if (closed.length > 0) {
        const refusal = await input(name, { ...validInput(name), ...all(closed, text) });
        expect(named(refusal), JSON.stringify(text)).toEqual(closed.sort());
      }
      for (const field of alone) {
        const refusal = await input(name, { ...validInput(name), [field]: text });
        // What people write in their own words may hold such text; what it is about does not exist.
        if (!ABOUT_NOTHING.includes(refusal)) expect(named(refusal), JSON.stringify(text)).toEqual([field]);
      }
    }
  });
});

const all = (fields: readonly string[], value: unknown): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field, value]));
const OF_TYPES =
  /^VALIDATION_FAILED (\w+ (type:(string|array|boolean|number|record|object)|one_of:[\w.-]+(, [\w.-]+)*)(, |$))+$/;
/** The fields that a refusal names, each once, in order. */
const named = (refusal: string): string[] => {
  const [code, ...problems] = refusal.split(/ (?=\w[^ ,]* )/);
  return code === 'VALIDATION_FAILED' ? [...new Set(problems.map((one) => one.split(' ', 1)[0] ?? ''))] : [refusal];
};

const ABOUT_NOTHING = ['NOT_FOUND', 'CARD_CHANGED', 'SETTINGS_CHANGED', 'FEATURE_NOT_FOUND', 'BALANCE_SHORT'];
const FREE_TEXTS = [
  ...['request-invoice.title', 'refund-order.reason', 'revoke-redeem-batch.reason'],
  ...['grant-credits.reason', 'revoke-credits.reason', 'set-merchant-state.reason', 'resolve-case.note'],
  ...['set-order-freeze.reason', 'view-as.reason', 'rerun-task.reason', 'set-card-merchant.reason'],
  ...['set-operator.name', 'set-operator.reason'],
  ...['end-task.reason', 'fulfil-invoice.reason', 'save-card.reason', 'set-card-state.reason'],
  ...['set-card-state.closedZh', 'set-card-state.closedEn', 'save-settings.reason'],
  ...['save-plan.nameZh', 'save-plan.nameEn', 'save-plan.reason'],
  ...['save-preset.source', 'save-preset.reason'],
  ...['decide-withdrawal.reason', 'request-withdrawal.payeeName', 'request-withdrawal.bankName'],
];
/** Judged by what stands beside it, once that is right by itself. */
const BESIDE = ['save-preset.sourceUrl', 'request-withdrawal.payeeAccount'];
/** Free, and about nothing that would have to exist. */
const ACCEPTED = [
  ...['create-redeem-batch.name', 'create-redeem-batch.reason', 'save-model-photo.reason', 'save-growth.reason'],
  'create-api-key.name',
  ...['titleZh', 'titleEn', 'bodyZh', 'bodyEn'].map((field) => `publish-announcement.${field}`),
];

describe.each(READS)('the query of $name', ({ name }) => {
  it('has no parameter that nobody knows, and none twice', async () => {
    for (const surplus of ['surplus', '__proto__', 'constructor', 'toString', '👗']) {
      const query = Object.fromEntries([...Object.entries(validInput(name)), [surplus, '1']]) as Record<string, string>;
      expect(await refused(stage, name, { as, query }), surplus).toBe(`VALIDATION_FAILED ${surplus} unknown`);
    }
    for (const field of Object.keys(validInput(name))) {
      const query = { ...validInput(name), [field]: ['1', '2'] } as Record<string, string>;
      expect(await refused(stage, name, { as, query })).toBe(`VALIDATION_FAILED ${field} duplicate`);
    }
  });
});

describe.each(READS.filter(({ name }) => name in VALID_INPUT))('a parameter of $name', ({ name }) => {
  it('is no hostile text', async () => {
    for (const text of HOSTILE_TEXTS) {
      const fields = Object.keys(validInput(name))
        // Searched for as it is: any printable text may be part of a file's name.
        .filter((field) => field !== 'search' || !/^\P{Cc}{1,60}$/u.test(text));
      if (fields.length === 0) continue;
      const query = { ...validInput(name), ...all(fields, text) } as Record<string, string>;
      expect(named(await refused(stage, name, { as, query })), JSON.stringify(text)).toEqual(fields.sort());
    }
  });
});

describe('hostile text where any text may stand', () => {
  const agents = [...HOSTILE_TEXTS, '👗'.repeat(300), '\ud83d'.repeat(300)];

  it('changes nothing: a captcha that nobody asked for, a user agent, an origin, a language', async () => {
    for (const text of agents) {
      const headers = { 'user-agent': text, origin: text, 'accept-language': text, cookie: text, traceparent: text };
      const { status, body } = await stage.send('logout', { body: {}, headers });
      expect([status, body.data], JSON.stringify(text)).toEqual([200, {}]);
    }
  });

  it('is no reason to fail, even where the platform sends what it never should', async () => {
    const call = await stage.newInstance('health-live');
    for (const headers of [{ host: ['a', 'b'] }, { 'content-length': '-1' }, { authorization: ['a', 'b'] }]) {
      expect((await call({ headers })).status).toBe(200);
    }
  });
});

it('leaves the books in order, and nothing of it in the logs', async () => {
  expect(await product.audit()).toEqual([]);
  expect(stage.leaks()).toEqual([]);
});
