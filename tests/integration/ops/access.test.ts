import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { resetTotp } from '../../../shared/ops/reset-totp.ts';
import { setOperator } from '../../../shared/ops/set-operator.ts';
import { totpCode } from '../../../shared/ops/totp.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { validInput } from '../bad-input/valid-requests.ts';
import { openPlain } from '../database/one-merchant/touched-rows.ts';
import { SUCCESSFUL_CALLS } from './successful-calls.ts';

let product: ProductDatabase;
let stage: ApiStage;
let who: Awaited<ReturnType<typeof everybody>>;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  who = await everybody();
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

const OF_OPERATORS = OPERATIONS.filter(({ caller }) => caller === 'operator');
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
let keys = 0;
/** The operation with everything it takes, so that whoever may call it is told no more than that its target is not there. */
const call = (name: string, as: ApiMerchant | undefined, over: object = {}) => {
  stage.advance(4000);
  const { method } = OF_OPERATORS.find((one) => one.name === name) ?? { method: 'POST' };
  const input = validInput(name);
  const parts = method === 'GET' ? { query: input as Record<string, string> } : { body: input };
  return stage.send(name, { ...(as && { as }), idempotencyKey: `key-${++keys}`, ...parts, ...over });
};
const rows = async () => Number((await stage.db.query<{ n: string }>('SELECT COUNT(*) AS n FROM audit_log'))[0]?.n);
/** What support writes: who they are, and that they look. */
const BY_SUPPORT = ['enrol-totp', 'confirm-totp', 'step-up', 'view-as'];
/** What a stolen session cannot do: written beside the contract, so that neither changes alone. */
const STEPPED_UP = [
  ...['refund-order', 'grant-credits', 'revoke-credits', 'rerun-task', 'end-task', 'create-redeem-batch'],
  ...['decide-withdrawal', 'show-payee', 'save-growth', 'save-settings', 'export-orders', 'export-days'],
  ...['set-operator', 'view-as', 'set-order-freeze', 'save-plan'],
];
/** What moves money, credits or a role, or promises some. */
const WITH_A_REASON = [
  ...['refund-order', 'grant-credits', 'revoke-credits', 'rerun-task', 'end-task', 'create-redeem-batch'],
  ...[
    'revoke-redeem-batch',
    'decide-withdrawal',
    'fulfil-invoice',
    'save-growth',
    'set-operator',
    'set-merchant-state',
  ],
];
const REFUSED = ['NOT_SIGNED_IN', 'NOT_AN_OPERATOR', 'STEP_UP_REQUIRED'];

async function everybody() {
  const who = {
    merchant: await stage.newMerchant(1),
    former: await newOperator(stage),
    suspended: await newOperator(stage),
    support: await newOperator(stage, 'support'),
    unshown: await newOperator(stage, 'operator', { steppedUp: false }),
    operator: await newOperator(stage),
  };
  await stage.db.write('UPDATE operators SET ended_at = created_at WHERE merchant_id = ?', [who.former.id]);
  await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [who.suspended.id]);
  return who;
}

describe.each(OF_OPERATORS)('$name', ({ name, operators: rules }) => {
  it('is for its roles, with a second factor where it wants one, and for nobody else', async () => {
    const before = await rows();
    expect(codeOf(await call(name, undefined))).toBe('NOT_SIGNED_IN');
    for (const other of [who.merchant, who.former, who.suspended]) {
      expect(codeOf(await call(name, other))).toBe('NOT_AN_OPERATOR');
    }
    expect(rules).toBeDefined();
    const bySupport = codeOf(await call(name, who.support));
    if (rules?.role === 'operator') expect(bySupport).toBe('NOT_AN_OPERATOR');
    else expect(REFUSED).not.toContain(bySupport);
    if (rules?.role === 'operator') expect(await rows()).toBe(before);
    const unshown = codeOf(await call(name, who.unshown));
    if (STEPPED_UP.includes(name)) expect(unshown).toBe('STEP_UP_REQUIRED');
    else expect(REFUSED).not.toContain(unshown);
    expect(['NOT_SIGNED_IN', 'NOT_AN_OPERATOR']).not.toContain(codeOf(await call(name, who.operator)));
  });

  it('wants a key of every write, and only operators write but what lets support look', () => {
    const { method, idempotencyKey } = OF_OPERATORS.find((one) => one.name === name) ?? {};
    if (method !== 'POST') return;
    expect(idempotencyKey).toBe('required');
    expect(rules).toMatchObject({ role: BY_SUPPORT.includes(name) ? 'support' : 'operator', audited: true });
  });
});

it.each(WITH_A_REASON)('%s wants a reason, whoever asks', async (name) => {
  const { reason: _, ...body } = validInput(name);
  const { body: answer } = await call(name, who.operator, { body });
  expect([answer.error.code, answer.error.fields[0].path]).toEqual(['VALIDATION_FAILED', 'reason']);
});

describe('a role', () => {
  const set = (as: ApiMerchant, merchantId: string, role: string, idempotencyKey = `role-${++keys}`) =>
    stage.send('set-operator', { as, idempotencyKey, body: { merchantId, role, name: '周客服', reason: '人员变动' } });
  const listed = async (as: ApiMerchant, id: string) => {
    const { items } = (await stage.send('list-operators', { as, query: { limit: '100' } })).body.data;
    const found = items.find(({ operatorId }: { operatorId: string }) => operatorId === id);
    return found && [found.name, found.role, found.state, found.enrolled];
  };

  it('is given, changed and ended at the console, each time with its row, and holds at the next call', async () => {
    const [as, other] = [await newOperator(stage), await stage.newMerchant()];
    expect(codeOf(await set(as, other.id, 'none'))).toBe('NOT_FOUND');
    expect(codeOf(await set(as, other.id, 'support', 'given'))).toBe('done');
    expect(codeOf(await set(as, other.id, 'support', 'given'))).toBe('done');
    expect(codeOf(await set(as, other.id, 'operator', 'given'))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await listed(as, other.id)).toEqual(['周客服', 'support', 'active', false]);
    expect(codeOf(await call('grant-credits', other))).toBe('NOT_AN_OPERATOR');
    expect(codeOf(await set(as, other.id, 'operator'))).toBe('done');
    expect(codeOf(await call('set-merchant-state', other))).toBe('NOT_FOUND');
    await stage.db.write(
      "INSERT INTO operator_step_ups (merchant_id, session_id, expires_at) VALUES (?, 'ses_01JD0000000000000000000000', '2099-01-01')",
      [other.id],
    );
    expect(codeOf(await call('refund-order', other))).toBe('NOT_FOUND');
    expect(codeOf(await set(as, other.id, 'none'))).toBe('done');
    expect(codeOf(await call('get-overview', other))).toBe('NOT_AN_OPERATOR');
    expect(await listed(as, other.id)).toEqual(['周客服', 'operator', 'ended', false]);
    // Given again, it does not bring what was shown of a second factor back.
    expect(codeOf(await set(as, other.id, 'operator'))).toBe('done');
    expect(codeOf(await call('refund-order', other))).toBe('STEP_UP_REQUIRED');
    const log = await stage.db.query<{ details: string }>(
      "SELECT details_json AS details FROM audit_log WHERE target = ? AND action = 'set-operator' ORDER BY seq",
      [other.id],
    );
    expect(log.map(({ details }) => JSON.parse(details).role)).toEqual(['support', 'operator', 'none', 'operator']);
  });

  it('of one’s own is left to others, so that of two who end each other at once one stays', async () => {
    const pair = [await newOperator(stage), await newOperator(stage)] as const;
    expect(codeOf(await set(pair[0], pair[0].id, 'none'))).toBe('OWN_ACCOUNT');
    expect(codeOf(await set(pair[0], pair[0].id, 'support'))).toBe('OWN_ACCOUNT');
    const ids = pair.map(({ id }) => id);
    const end = (db: Database, n: number) => {
      const [operatorId = '', merchantId = ''] = n === 0 ? ids : ids.toReversed();
      const write = { operatorId, action: 'set-operator', idempotencyKey: 'mutual', requestHash: '', requestId: '' };
      const asked = { merchantId, role: 'none', name: '周客服', reason: '人员变动' } as const;
      return setOperator(db, asked, { ...write, nowMs: Date.now() });
    };
    // Both have begun before either can write.
    const holder = await openPlain(product.secret);
    await holder.query('START TRANSACTION');
    await holder.query('SELECT 1 FROM operators WHERE merchant_id IN (?, ?) FOR UPDATE', ids);
    const both = Promise.allSettled(product.connections(2).map(end));
    await sleep(300);
    await holder.query('ROLLBACK');
    await holder.end();
    const outcomes = await both;
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
    expect(refused).toEqual(['NOT_AN_OPERATOR']);
    const left = 'SELECT 1 FROM operators WHERE merchant_id IN (?, ?) AND ended_at IS NULL';
    expect(await stage.db.query(left, ids)).toHaveLength(1);
  });
});

describe('money and credits of one’s own account', () => {
  it('are another operator’s to decide', async () => {
    const as = await newOperator(stage);
    for (const name of ['grant-credits', 'decide-withdrawal', 'refund-order', 'set-order-freeze']) {
      // What succeeds for any other merchant's.
      const input = await SUCCESSFUL_CALLS[name]?.({ ...stage, newMerchant: async () => as }, as);
      expect(codeOf(await call(name, as, { body: input })), name).toBe('OWN_ACCOUNT');
    }
    const [log] = await stage.db.query<{ n: string }>('SELECT COUNT(*) AS n FROM audit_log WHERE actor = ?', [as.id]);
    expect(Number(log?.n)).toBe(0);
  });
});

describe('the audit log', () => {
  it('lets no row be changed or taken away, not by a statement of ours either', async () => {
    await stage.db.write(
      "INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at) VALUES ('x', 'y', 'z', '', '{}', '', '2026-03-01')",
    );
    await expect(stage.db.write("UPDATE audit_log SET reason = 'other' WHERE actor = 'x'")).rejects.toThrow(
      'append-only',
    );
    await expect(stage.db.write("DELETE FROM audit_log WHERE actor = 'x'")).rejects.toThrow('append-only');
  });

  it('is listed newest first, by whom, what and of whom, in pages', async () => {
    const as = await newOperator(stage);
    await stage.db.write(
      `INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
       VALUES ('mch_a', 'one', 't1', '', '{}', '', '2026-03-01'), ('mch_a', 'two', 't1', '', '{}', '', '2026-03-01'), ('mch_b', 'one', 't1', '', '{}', '', '2026-03-01')`,
    );
    const list = async (query: Record<string, string>) => (await stage.send('list-audit', { as, query })).body.data;
    const first = await list({ target: 't1', limit: '2' });
    expect(first.items.map(({ actor, action }: Record<string, string>) => [actor, action])).toEqual([
      ['mch_b', 'one'],
      ['mch_a', 'two'],
    ]);
    expect((await list({ target: 't1', limit: '2', cursor: first.nextCursor })).items).toHaveLength(1);
    expect((await list({ actor: 'mch_a', action: 'two' })).items).toHaveLength(1);
    expect((await list({ actor: 'mch_nobody' })).items).toEqual([]);
  });
});

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** As an authenticator reads it. */
const readBase32 = (text: string): Buffer => {
  const bits = [...text].map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

describe('a second factor', () => {
  const session = async (as: ApiMerchant, ageMs = 0) => {
    const began = sqlTime(Date.now() - ageMs);
    await stage.db.write('DELETE FROM sessions WHERE id = ?', ['ses_01JD0000000000000000000000']);
    await stage.db.write(
      `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
       VALUES ('ses_01JD0000000000000000000000', ?, '', '', ?, ?, '2099-01-01')`,
      [as.id, began, began],
    );
  };
  const codeNow = (secret: string) => totpCode(readBase32(secret), Math.floor(Date.now() / 30_000));
  const post = (name: string, as: ApiMerchant, body: object = {}, key = `key-${++keys}`) =>
    stage.send(name, { as, idempotencyKey: key, body });
  const enrolled = async (): Promise<{ as: ApiMerchant; secret: string }> => {
    const as = await newOperator(stage, 'operator', { steppedUp: false });
    await session(as);
    const { secret } = (await post('enrol-totp', as)).body.data;
    expect((await post('confirm-totp', as, { code: codeNow(secret) })).status).toBe(200);
    return { as, secret };
  };

  it('is enrolled by whoever has just signed in, is in use from its first code on, and lasts 15 minutes', async () => {
    const as = await newOperator(stage, 'operator', { steppedUp: false });
    expect(codeOf(await post('enrol-totp', as))).toBe('SIGN_IN_AGAIN');
    await session(as, 15 * 60_000 + 1);
    expect(codeOf(await post('enrol-totp', as))).toBe('SIGN_IN_AGAIN');
    expect(codeOf(await post('step-up', as, { code: '123456' }))).toBe('TOTP_NOT_ENROLLED');
    await session(as);
    const { secret, uri } = (await post('enrol-totp', as, {}, 'enrol')).body.data;
    expect(uri).toContain(`secret=${secret}`);
    expect((await post('enrol-totp', as, {}, 'enrol')).body.data.secret).toBe(secret);
    expect((await stage.send('get-operator', { as })).body.data).toMatchObject({ enrolled: false });
    expect(codeOf(await post('step-up', as, { code: codeNow(secret) }))).toBe('TOTP_NOT_ENROLLED');
    const confirmed = await post('confirm-totp', as, { code: codeNow(secret) }, 'confirm');
    expect(confirmed.body.data.steppedUpUntilMs).toBe(Date.now() + 15 * 60_000);
    expect((await stage.send('get-operator', { as })).body.data).toMatchObject({
      enrolled: true,
      steppedUpUntilMs: confirmed.body.data.steppedUpUntilMs,
    });
    expect(codeOf(await call('refund-order', as))).toBe('NOT_FOUND');
    stage.advance(15 * 60_000);
    expect(codeOf(await call('refund-order', as))).toBe('STEP_UP_REQUIRED');
    const [row] = await stage.db.query<{ sealed: string }>('SELECT sealed FROM operator_totps WHERE merchant_id = ?', [
      as.id,
    ]);
    expect(Buffer.from(row?.sealed ?? '', 'base64url').includes(readBase32(secret))).toBe(false);
  });

  it('takes each code once, of its session alone, and the same call again as the same', async () => {
    const { as, secret } = await enrolled();
    const spent = codeNow(secret);
    expect(codeOf(await post('step-up', as, { code: spent }))).toBe('TOTP_SPENT');
    stage.advance(60_000);
    const first = await post('step-up', as, { code: codeNow(secret) }, 'up');
    expect((await post('step-up', as, { code: codeNow(secret) }, 'up')).body.data).toEqual(first.body.data);
    expect(codeOf(await post('step-up', as, { code: spent }, 'up'))).not.toBe('done');
    const claims = { sid: 'ses_01JD0000000000000000000009' };
    const elsewhere = { id: as.id, authorization: () => `Bearer ${stage.token({ sub: as.id, claims })}` };
    expect(codeOf(await call('refund-order', elsewhere))).toBe('STEP_UP_REQUIRED');
    const log = await stage.db.query<{ action: string }>('SELECT action FROM audit_log WHERE actor = ? ORDER BY seq', [
      as.id,
    ]);
    expect(log.map(({ action }) => action)).toEqual(['enrol-totp', 'confirm-totp', 'step-up']);
  });

  it('is spent once by eight who show the same code at once', async () => {
    const { as, secret } = await enrolled();
    stage.advance(60_000);
    const code = codeNow(secret);
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const instance = await stage.newInstance('step-up');
        const headers = { authorization: as.authorization(), 'idempotency-key': `key-${++keys}` };
        return instance({ body: { code }, headers });
      }),
    );
    expect(answers.map(codeOf).sort()).toEqual(['TOTP_SPENT', 'TOTP_SPENT', 'TOTP_SPENT', 'done']);
  });

  it('cannot be guessed: five tries, the one that enrolled it among them, then one in three minutes', async () => {
    const { as } = await enrolled();
    const tries: string[] = [];
    for (let n = 0; n < 5; n++) tries.push(codeOf(await post('step-up', as, { code: '000000' })));
    expect(tries).toEqual([...Array.from({ length: 4 }, () => 'TOTP_INCORRECT'), 'RATE_LIMITED']);
  });

  it('is replaced only by whoever has shown the old one, and forgotten from the command line', async () => {
    const { as, secret } = await enrolled();
    stage.advance(15 * 60_000);
    await session(as);
    expect(codeOf(await post('enrol-totp', as))).toBe('STEP_UP_REQUIRED');
    await post('step-up', as, { code: codeNow(secret) });
    const next = (await post('enrol-totp', as)).body.data.secret as string;
    stage.advance(60_000);
    expect(codeOf(await post('confirm-totp', as, { code: codeNow(secret) }))).toBe('TOTP_INCORRECT');
    expect(codeOf(await post('confirm-totp', as, { code: codeNow(next) }))).toBe('done');
    const [row] = await stage.db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [as.id]);
    const asked = { phone: row?.phone ?? '', requestId: 'req_1', nowMs: Date.now() };
    expect([await resetTotp(stage.db, asked), await resetTotp(stage.db, asked)]).toEqual(['reset', 'not_enrolled']);
    expect(await resetTotp(stage.db, { ...asked, phone: '13100000000' })).toBe('unknown_phone');
    expect(codeOf(await call('refund-order', as))).toBe('STEP_UP_REQUIRED');
  });

  it('leaves no secret and no code in the logs', () => {
    expect(stage.leaks()).toEqual([]);
  });
});
