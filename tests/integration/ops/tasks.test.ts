import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import {
  claimTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
  stateOf,
} from '../../fixtures/product-database.ts';

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

let keys = 0;
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';
const end = (taskId: string, idempotencyKey = `end-${++keys}`, reason = '长时间没有进展') =>
  stage.send('end-task', { as: operator, idempotencyKey, body: { taskId, reason } });
const trace = (taskId: string) => stage.send('trace-task', { as: operator, query: { taskId } });
const refundsOf = (taskId: string) =>
  stage.db.query("SELECT seq FROM quota_entries WHERE task_id = ? AND kind = 'refund'", [taskId]);

async function ordered(as: ApiMerchant): Promise<string> {
  const body = { featureId: 'basic_clean', inputs: [{ contentType: 'image/jpeg', sizeBytes: 1000 }] };
  return (await stage.send('create-task', { as, idempotencyKey: `task-${++keys}`, body })).body.data.taskId;
}

it('a task in work is ended with its refund, once a key, and whoever works on it has lost it', async () => {
  const as = await stage.newMerchant(3);
  const taskId = await ordered(as);
  await queueTask(stage.db, taskId, Date.now());
  const lease = await claimTask(stage.db, taskId, Date.now());
  expect(await stage.available(as)).toBe(2);
  const first = await end(taskId, 'once');
  expect(first.body.data).toEqual({ taskId, state: 'failed', refundedCredits: 1 });
  expect((await end(taskId, 'once')).body.data).toEqual(first.body.data);
  expect(codeOf(await end(taskId, 'once', '另一个原因'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(codeOf(await end(taskId))).toBe('TASK_ENDED');
  expect(await finishUnit(stage.db, lease, [OUTPUT], Date.now())).toBe('lost');
  expect(await stage.available(as)).toBe(3);
  const shown = (await stage.send('get-task', { as, query: { taskId } })).body.data;
  expect(shown).toMatchObject({ state: 'failed', refunded: true, error: { code: 'ENDED_BY_OPERATOR' } });
  expect(await product.audit()).toEqual([]);
});

it('sixteen who end it at once give the credits back once, with one row of the log', async () => {
  const as = await stage.newMerchant(1);
  const taskId = await ordered(as);
  const instances = await Promise.all(Array.from({ length: 8 }, () => stage.newInstance('end-task')));
  const calls = [...instances, ...instances].map((instance) =>
    instance({
      body: { taskId, reason: '没有进展' },
      headers: { authorization: operator.authorization(), 'idempotency-key': `end-${++keys}` },
    }),
  );
  const codes = (await Promise.all(calls)).map(codeOf);
  expect(codes.filter((code) => code === 'done')).toHaveLength(1);
  expect(codes.filter((code) => code === 'TASK_ENDED')).toHaveLength(15);
  expect(await refundsOf(taskId)).toHaveLength(1);
  expect(await stage.available(as)).toBe(1);
  const log = await stage.db.query("SELECT seq FROM audit_log WHERE target = ? AND action = 'end-task'", [taskId]);
  expect(log).toHaveLength(1);
});

it('against a worker who finishes at the same moment one of both wins, and only a failure is refunded', async () => {
  for (let n = 0; n < 10; n++) {
    const as = await stage.newMerchant(1);
    const taskId = await ordered(as);
    await queueTask(stage.db, taskId, Date.now());
    const lease = await claimTask(stage.db, taskId, Date.now());
    const [other] = product.connections(1);
    if (!other) throw new Error('no connection');
    const [ended, finished] = await Promise.all([end(taskId), finishUnit(other, lease, [OUTPUT], Date.now())]);
    const won = await stateOf(stage.db, taskId);
    expect([codeOf(ended), finished, (await refundsOf(taskId)).length]).toEqual(
      won === 'failed' ? ['done', 'lost', 1] : ['TASK_ENDED', 'succeeded', 0],
    );
  }
  expect(await product.audit()).toEqual([]);
});

it('credits of a lot that has run out meanwhile come back as a fresh one, for the failure is ours', async () => {
  const as = await stage.newMerchant(1);
  const taskId = await ordered(as);
  await stage.db.write('UPDATE quota_lots SET expires_at = ? WHERE merchant_id = ?', [sqlTime(Date.now() - 1), as.id]);
  await end(taskId);
  expect(await stage.available(as)).toBe(1);
});

it('is traced with photos, units, jobs, ledger and who did what in which request; one that is not there is said to be so', async () => {
  const as = await stage.newMerchant(1);
  const taskId = await ordered(as);
  await queueTask(stage.db, taskId, Date.now());
  const lease = await claimTask(stage.db, taskId, Date.now());
  await stage.db.write(
    `INSERT INTO provider_jobs (attempt_id, merchant_id, task_id, step, unit, attempt, engine, job_id, state, detail, created_at)
     VALUES (?, ?, ?, 0, 0, 1, 'tencent-aiart', 'https://a.example/1.jpg?sign=b', 'failed', 'FailedOperation', ?)`,
    [lease.leaseId, as.id, taskId, sqlTime(Date.now())],
  );
  const ended = await end(taskId);
  const { data } = (await trace(taskId)).body;
  expect(data).toMatchObject({ taskId, merchantId: as.id, state: 'failed', errorCode: 'ENDED_BY_OPERATOR', step: 0 });
  // Of the request that ordered it.
  expect(data.trace).toBe('req-1');
  expect(data.inputs).toMatchObject([{ n: 0, contentType: 'image/jpeg', width: 800, receivedAtMs: Date.now() }]);
  expect(data.steps).toMatchObject([{ processor: 'basic-clean', units: 1, attempts: 3 }]);
  expect(data.units).toMatchObject([{ state: 'dropped', attempts: 1, maxAttempts: 3, leaseId: lease.leaseId }]);
  expect(data.jobs).toMatchObject([
    { engine: 'tencent-aiart', jobId: 'https://a.example/1.jpg', state: 'failed', detail: 'FailedOperation' },
  ]);
  expect(data.entries.map(({ kind, credits }: { kind: string; credits: number }) => [kind, credits])).toEqual([
    ['deduct', -1],
    ['refund', 1],
  ]);
  expect(data.audit.map(({ action }: { action: string }) => action)).toEqual(['end-task']);
  expect(data.audit[0]).toMatchObject({ actor: operator.id, requestId: ended.body.requestId });
  expect(JSON.stringify(data)).not.toContain('outputs/');
  expect(codeOf(await trace('tsk_01JD0000000000000000000000'))).toBe('NOT_FOUND');
});
