import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { createRedeemBatch } from '../../../shared/growth/create-redeem-batch.ts';
import { listRedeemBatches } from '../../../shared/growth/list-redeem-batches.ts';
import { listRedeemCodes } from '../../../shared/growth/list-redeem-codes.ts';
import { redeemCode } from '../../../shared/growth/redeem-code.ts';
import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { revokeRedeemBatch } from '../../../shared/ops/revoke-redeem-batch.ts';
import { type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { DAY_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { readBy } from '../../fixtures/rows-read.ts';
import { whileLocked } from '../auth/while-locked.ts';

let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret);
  operator = await newOperator(stage);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

const ASKED = {
  name: '三月活动',
  codes: 2,
  credits: 20,
  days: 30,
  uses: 1,
  validDays: 90,
  access: 'member',
  reason: '活动',
};
let keys = 0;
const make = (over: object = {}, idempotencyKey = `batch-${++keys}`, as = operator) =>
  stage.send('create-redeem-batch', { as, idempotencyKey, body: { ...ASKED, ...over } });
const redeem = (as: ApiMerchant, code: string, idempotencyKey = `redeem-${++keys}`) =>
  stage.send('redeem-code', { as, idempotencyKey, body: { code } });
const codesOf = (csv: string): string[] =>
  csv
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(',')[1] ?? '');
const madeCodes = async (over: object = {}) => {
  const { body } = await make(over);
  return { batchId: body.data.batchId as string, codes: codesOf(body.data.csv) };
};

describe('a batch of codes', () => {
  it('is shown once as CSV that a spreadsheet opens; only hashes of its codes are kept', async () => {
    const { status, body } = await make({ codes: 3 }, 'once');
    expect(status).toBe(201);
    expect(body.data.csv).toMatch(
      /^\uFEFF序号,卡密,额度,天数,可用次数,有效期至\r\n1,[0-9A-Z]{5}(-[0-9A-Z]{5}){3},20,30,1,/,
    );
    const codes = codesOf(body.data.csv);
    expect(new Set(codes).size).toBe(3);
    const rows = JSON.stringify(await stage.db.query('SELECT * FROM redeem_codes'));
    for (const code of codes) expect(rows).not.toContain(code.replaceAll('-', ''));

    expect((await make({ codes: 3 }, 'once')).body.error.code).toBe('REDEEM_CODES_SHOWN');
    expect((await make({ codes: 4 }, 'once')).body.error.code).toBe('IDEMPOTENCY_CONFLICT');
    const audited = await stage.db.query('SELECT reason FROM audit_log WHERE target = ?', [body.data.batchId]);
    expect(audited).toEqual([{ reason: '活动' }]);
  });

  it('is made by operators alone', async () => {
    const support = await newOperator(stage, 'support');
    for (const other of [await stage.newMerchant(), support])
      expect((await make({}, 'theirs', other)).body.error.code).toBe('NOT_AN_OPERATOR');
    expect((await stage.send('list-redeem-batches', { as: support, method: 'GET' })).status).toBe(200);
  });

  it('asks for a second factor: it is worth money', async () => {
    const batches = () => stage.db.query('SELECT id FROM redeem_batches');
    const before = await batches();
    const without = await newOperator(stage, 'operator', { steppedUp: false });
    expect((await make({}, 'alone', without)).body.error.code).toBe('STEP_UP_REQUIRED');
    expect(await batches()).toEqual(before);
  });

  it('shows which of its codes were used, by their last characters', async () => {
    stage.advance(1000);
    const { batchId, codes } = await madeCodes();
    await redeem(await stage.newMerchant(), codes[1] ?? '');
    const list = async (query: Record<string, string>) =>
      (await stage.send('list-redeem-codes', { as: operator, method: 'GET', query: { batchId, ...query } })).body.data;
    const used = { n: 2, hint: codes[1]?.slice(-4), used: 1 };
    const unused = { n: 1, hint: codes[0]?.slice(-4), used: 0 };
    expect(await list({ use: 'used' })).toEqual({ items: [used] });
    expect(await list({ use: 'unused' })).toEqual({ items: [unused] });
    expect(await list({ limit: '1' })).toEqual({ items: [unused], nextCursor: '1' });
    expect(await list({ limit: '1', cursor: '1' })).toEqual({ items: [used] });
    const batches = await stage.send('list-redeem-batches', { as: operator, method: 'GET', query: { limit: '1' } });
    expect(batches.body.data.items).toMatchObject([{ batchId, name: '三月活动', codes: 2, redeemed: 1 }]);
    expect(batches.body.data.nextCursor).toBe(batchId);
  });

  it('is found by its id, whatever else there is', async () => {
    const { batchId } = await madeCodes();
    await madeCodes();
    const read = async (id: string) =>
      (await stage.send('list-redeem-batches', { as: operator, method: 'GET', query: { batchId: id } })).body.data;
    expect(await read(batchId)).toMatchObject({ items: [{ batchId }] });
    expect(await read('rdb_01JD0000000000000000000000')).toEqual({ items: [] });
  });

  it('ends when it is revoked, once; what was redeemed stays', async () => {
    const { batchId, codes } = await madeCodes();
    const [first, second] = [await stage.newMerchant(), await stage.newMerchant()];
    await redeem(first, codes[0] ?? '');
    const end = (id: string, idempotencyKey: string) =>
      stage.send('revoke-redeem-batch', { as: operator, idempotencyKey, body: { batchId: id, reason: '活动结束' } });
    const revoke = (key: string) => end(batchId, key);
    const revoked = await revoke('end-1');
    stage.advance(1000);
    for (const key of ['end-1', 'end-2']) expect((await revoke(key)).body.data).toEqual(revoked.body.data);
    expect((await redeem(second, codes[1] ?? '')).body.error.code).toBe('REDEEM_CODE_OVER');
    expect(await stage.available(first)).toBe(20);
    const audited = await stage.db.query("SELECT action FROM audit_log WHERE target = ? AND action LIKE 'revoke%'", [
      batchId,
    ]);
    expect(audited).toHaveLength(1);
    expect((await end('rdb_01JD0000000000000000000000', 'end-3')).status).toBe(404);
    expect((await end('rdb_01JD0000000000000000000000', 'end-1')).body.error.code).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('a code', () => {
  it('becomes one lot however it is typed, and the same answer to the same key', async () => {
    const { codes } = await madeCodes({ credits: 33, days: 7 });
    const merchant = await stage.newMerchant();
    const typed = ` ${codes[0]?.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')} `;
    const { status, body } = await redeem(merchant, typed, 'typed');
    expect([status, body.data.credits]).toEqual([201, 33]);
    expect(body.data.expiresAtMs).toBe(Date.now() + 7 * DAY_MS);
    stage.advance(1000);
    expect((await redeem(merchant, typed, 'typed')).body.data).toEqual(body.data);
    expect((await redeem(merchant, codes[1] ?? '', 'typed')).body.error.code).toBe('IDEMPOTENCY_CONFLICT');
    expect(await stage.available(merchant)).toBe(33);
  });

  it('is used by one merchant once, by as many as it has uses, and not after its time', async () => {
    const { codes } = await madeCodes({ uses: 2, validDays: 1 });
    const code = codes[0] ?? '';
    const [one, two, three] = [await stage.newMerchant(), await stage.newMerchant(), await stage.newMerchant()];
    expect((await redeem(one, code)).status).toBe(201);
    expect((await redeem(one, code)).body.error.code).toBe('REDEEM_CODE_USED');
    expect((await redeem(two, code)).status).toBe(201);
    expect((await redeem(three, code)).body.error.code).toBe('REDEEM_CODE_USED');
    expect((await redeem(three, '00000-00000-00000-00000')).body.error.code).toBe('REDEEM_CODE_UNKNOWN');
    stage.advance(DAY_MS);
    expect((await redeem(three, codes[1] ?? '')).body.error.code).toBe('REDEEM_CODE_OVER');
    expect(await stage.available(three)).toBe(0);
  });

  it('cannot be guessed at will: the eleventh try in ten minutes is refused', async () => {
    const merchant = await stage.newMerchant();
    const tries = [];
    for (let n = 0; n < 11; n++) tries.push((await redeem(merchant, '11111-11111-11111-11111')).status);
    expect(tries).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
  });

  it('stands in no log', () => {
    expect(stage.leaks()).toEqual([]);
  });
});

it.each([1, 5])('thirty-two merchants at once, a code of %i uses: one lot for each use', async (uses) => {
  const nowMs = Date.now();
  const { csv } = await createRedeemBatch(product.db, {
    ...{ ...ASKED, access: 'member' as const, codes: 1, uses, operatorId: 'mch_op', idempotencyKey: `at-once-${uses}` },
    ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs },
  });
  const code = codesOf(csv)[0] ?? '';
  const merchants = await Promise.all(Array.from({ length: 32 }, () => newMerchant(product.db, nowMs)));
  const outcomes = await Promise.allSettled(
    product
      .connections(32)
      .map((db, n) => redeemCode(db, { merchantId: merchants[n] ?? '', code, idempotencyKey: 'key', nowMs })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(uses);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason.code).toBe('REDEEM_CODE_USED');
  expect(await auditLedger(product.db, 0)).toEqual([]);
});

it('two operators who revoke a batch at once are told the same moment, at which one of them ended it', async () => {
  const { batchId } = await madeCodes();
  const revoke = (db: Database, n: number) => {
    const request = { idempotencyKey: 'end', requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs: Date.now() + n };
    const write = { operatorId: `mch_${n}`, action: 'revoke-redeem-batch', ...request };
    return revokeRedeemBatch(db, { batchId, reason: '活动结束' }, write);
  };
  const held = { sql: 'SELECT id FROM redeem_batches WHERE id = ? FOR UPDATE', values: [batchId], waiters: 2 };
  const told = await whileLocked(product, held, () => Promise.all(product.connections(2).map(revoke)));
  const revoked = await product.db.query('SELECT revoked_at AS revokedAtMs FROM redeem_batches WHERE id = ?', [
    batchId,
  ]);
  expect(told.map(({ revokedAtMs }) => ({ revokedAtMs }))).toEqual([revoked[0], revoked[0]]);
  const written = "SELECT actor FROM audit_log WHERE action = 'revoke-redeem-batch' AND target = ?";
  expect(await product.db.query(written, [batchId])).toHaveLength(1);
});

it('one merchant thirty-two times at once gets one lot', async () => {
  const nowMs = Date.now();
  const { codes } = await madeCodes({ uses: 50 });
  const merchantId = await newMerchant(product.db, nowMs);
  const outcomes = await Promise.allSettled(
    product
      .connections(32)
      .map((db, n) =>
        redeemCode(db, { merchantId, code: codes[0] ?? '', idempotencyKey: n % 2 ? 'same' : `key-${n}`, nowMs }),
      ),
  );
  const lots = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.lotId] : []));
  expect(new Set(lots).size).toBe(1);
  const rows = await product.db.query('SELECT id FROM quota_lots WHERE merchant_id = ?', [merchantId]);
  expect(rows).toHaveLength(1);
});

it('an audit finds a use that nobody redeemed, and a lot without its redemption', async () => {
  const { batchId } = await madeCodes();
  await product.db.write('UPDATE redeem_codes SET used = 1 WHERE batch_id = ? AND n = 1', [batchId]);
  expect(await auditLedger(product.db, 0)).toMatchObject([{ rule: 'I3', row: { batch: batchId, n: 1, used: 1 } }]);
  await product.db.write('UPDATE redeem_codes SET used = 0 WHERE batch_id = ?', [batchId]);
  const [lot] = await product.db.query<{ id: string }>(
    "SELECT id FROM quota_lots WHERE source_key LIKE 'redeem:%' LIMIT 1",
  );
  await product.db.write("UPDATE quota_lots SET source_key = 'redeem:x' WHERE id = ?", [lot?.id ?? '']);
  expect((await auditLedger(product.db, 0)).map(({ row }) => row['lot'])).toContain(lot?.id);
});

it('redeeming and listing find their rows by an index among two thousand codes', async () => {
  const made = [await madeCodes({ codes: 1000 }), await madeCodes({ codes: 1000 })];
  await product.db.query('ANALYZE TABLE redeem_codes, redeem_batches, redemptions');
  const merchantId = await newMerchant(product.db, Date.now());
  const request = { merchantId, code: made[1]?.codes[500] ?? '', idempotencyKey: 'key', nowMs: Date.now() };
  const page = { batchId: made[1]?.batchId ?? '', limit: 20 };
  expect(await readBy(product.db, () => redeemCode(product.db, request))).toBeLessThan(60);
  expect(await readBy(product.db, () => listRedeemCodes(product.db, page))).toBeLessThan(60);
  expect(await readBy(product.db, () => listRedeemBatches(product.db, { limit: 20 }))).toBeLessThan(100);
  const one = { batchId: page.batchId, limit: 20 };
  expect(await readBy(product.db, () => listRedeemBatches(product.db, one))).toBeLessThan(20);
  const scan = () => product.db.query("SELECT n FROM redeem_codes WHERE hint = 'none'");
  expect(await readBy(product.db, scan)).toBeGreaterThan(1500);
});
