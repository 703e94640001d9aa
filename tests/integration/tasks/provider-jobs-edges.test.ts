import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import {
  dueJobs,
  endJob,
  forgetEnded,
  insertJob,
  jobIsRunning,
  leaveQueue,
  lengthenLease,
  lookAgainAt,
  noteCheck,
  queueUnit,
  readQueue,
  readWaitingUnit,
  takeJob,
} from '../../../shared/tasks/provider/provider-jobs.ts';
import { claimUnit, failUnit, type Lease } from '../../../shared/tasks/unit-procedures.ts';
import {
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
  queueTask,
  replan,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let merchantId: string;
let leases = 0;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  for (const table of ['provider_jobs', 'engine_queue']) await product.db.write(`DELETE FROM ${table}`);
  merchantId = await newMerchant(product.db);
  await grantCredits(product.db, merchantId, 9);
});

/** A task of three units, the first of which is claimed. */
async function claimed(unit = 0): Promise<Lease> {
  const taskId = await newTask(product.db, merchantId);
  await replan(product.db, taskId, { units: 3, shareCredits: 0 });
  await queueTask(product.db, taskId);
  const lease = { taskId, step: 0, unit, leaseId: `lse_${++leases}` };
  expect((await claimUnit(product.db, lease, NOW_MS)).outcome).toBe('claimed');
  return lease;
}
const job = (lease: Lease, over: object = {}) => ({ ...lease, merchantId, attempt: 1, engine: 'e', ...over });
const insert = (lease: Lease, pollAfterMs = 1000) => insertJob(product.db, job(lease), NOW_MS, NOW_MS + pollAfterMs);
const rowOf = async ({ leaseId }: Lease) => {
  const [row] = await product.db.query<Record<string, unknown>>(
    `SELECT state, job_id AS jobId, check_id AS checkId, detail, poll_at AS pollAtMs, ended_at AS endedAtMs, created_at AS createdAtMs,
       step, unit, attempt, engine FROM provider_jobs WHERE attempt_id = ?`,
    [leaseId],
  );
  return row;
};
const due = (atMs: number, limit = 9) => dueJobs(product.db, atMs, limit);

describe('the row of a job', () => {
  it('is written while its attempt holds the unit, and only then', async () => {
    const lease = await claimed(2);
    expect(await insertJob(product.db, job(lease, { attempt: 2, engine: 'x' }), NOW_MS, NOW_MS + 7)).toBe(true);
    expect(await rowOf(lease)).toEqual({
      ...{ state: 'submitting', jobId: '', checkId: '', detail: '', pollAtMs: NOW_MS + 7, endedAtMs: null },
      ...{ createdAtMs: NOW_MS, step: 0, unit: 2, attempt: 2, engine: 'x' },
    });
    const others = [{ leaseId: 'lse_none' }, { unit: 1 }, { step: 1 }, { taskId: 'tsk_none' }];
    for (const other of others) expect(await insert({ ...lease, ...other })).toBe(false);
    const failed = await claimed();
    await failUnit(product.db, failed, { code: 'PROCESSING_FAILED', retryAtMs: NOW_MS + 1 }, NOW_MS);
    expect(await insert(failed)).toBe(false);
    await product.db.write('UPDATE task_units SET lease_id = ? WHERE task_id = ? AND unit = 0', [
      failed.leaseId,
      failed.taskId,
    ]);
    expect(await insert(failed)).toBe(false);
  });

  it('runs under the vendor’s number once it was submitted, unless it was given up meanwhile', async () => {
    const [lease, given] = [await claimed(), await claimed()];
    await insert(lease);
    await insert(given);
    expect(await jobIsRunning(product.db, lease.leaseId, 'v-1', NOW_MS + 5)).toBe(true);
    expect(await rowOf(lease)).toMatchObject({ state: 'running', jobId: 'v-1', pollAtMs: NOW_MS + 5 });
    expect(await jobIsRunning(product.db, lease.leaseId, 'v-2', NOW_MS + 6)).toBe(false);
    await endJob(product.db, given.leaseId, 'dropped', 'late', NOW_MS + 9);
    expect(await jobIsRunning(product.db, given.leaseId, 'v-3', NOW_MS + 6)).toBe(false);
    expect(await rowOf(given)).toMatchObject({ state: 'dropped', jobId: '' });
  });

  it('ends once, and is looked at, checked and put off no more', async () => {
    const lease = await claimed();
    await insert(lease);
    await noteCheck(product.db, lease.leaseId, 'check-1');
    await lookAgainAt(product.db, lease.leaseId, NOW_MS + 33);
    expect(await rowOf(lease)).toMatchObject({ checkId: 'check-1', pollAtMs: NOW_MS + 33 });
    await endJob(product.db, lease.leaseId, 'failed', 'Broken', NOW_MS + 40);
    await endJob(product.db, lease.leaseId, 'done', '', NOW_MS + 50);
    await noteCheck(product.db, lease.leaseId, '');
    await lookAgainAt(product.db, lease.leaseId, NOW_MS + 60);
    expect(await rowOf(lease)).toMatchObject({
      ...{ state: 'failed', detail: 'Broken', endedAtMs: NOW_MS + 40, pollAtMs: null, checkId: 'check-1' },
    });
  });
});

describe('jobs that are due', () => {
  it('come in the order in which they are, from their moment on, so many at once, with what their unit is', async () => {
    const [first, second, later] = [await claimed(), await claimed(1), await claimed()];
    await insert(later, 30);
    await insert(second, 20);
    await insert(first, 10);
    expect((await due(NOW_MS + 9)).length).toBe(0);
    expect((await due(NOW_MS + 20)).map(({ leaseId }) => leaseId)).toEqual([first.leaseId, second.leaseId]);
    expect((await due(NOW_MS + 30, 2)).map(({ leaseId }) => leaseId)).toEqual([first.leaseId, second.leaseId]);
    const [one] = await due(NOW_MS + 10);
    expect(one).toMatchObject({ ...first, state: 'submitting', unitState: 'leased', currentLease: first.leaseId });
    const [, other] = await due(NOW_MS + 20);
    expect(other).toMatchObject({ ...second, unit: 1, currentLease: second.leaseId });
  });

  it('are taken by one of two who saw them', async () => {
    const lease = await claimed();
    await insert(lease);
    const [seen] = await due(NOW_MS + 1000);
    const taken = await Promise.all(product.connections(2).map((db) => takeJob(db, seen!, NOW_MS + 5000)));
    expect(taken.sort()).toEqual([false, true]);
    expect(await rowOf(lease)).toMatchObject({ pollAtMs: NOW_MS + 5000 });
  });
});

describe('the lease of an attempt that only waits', () => {
  const endOf = async ({ taskId, unit }: Lease) => {
    const [row] = await product.db.query<{ endsAtMs: number; sweepAtMs: number }>(
      'SELECT lease_ends_at AS endsAtMs, sweep_at AS sweepAtMs FROM task_units WHERE task_id = ? AND unit = ?',
      [taskId, unit],
    );
    return row;
  };

  it('is made longer and never shorter, and is nobody’s who has lost it', async () => {
    const lease = await claimed();
    const before = (await endOf(lease))?.endsAtMs ?? 0;
    await lengthenLease(product.db, lease, before - 1);
    await lengthenLease(product.db, { ...lease, leaseId: 'lse_none' }, before + 500);
    expect((await endOf(lease))?.endsAtMs).toBe(before);
    await lengthenLease(product.db, lease, before + 1000);
    expect(await endOf(lease)).toEqual({ endsAtMs: before + 1000, sweepAtMs: before + 1000 });
  });
});

describe('units that wait for a place', () => {
  const waiting = async (unit: number) => {
    const { taskId } = await claimed(unit === 0 ? 1 : 0);
    const read = await readWaitingUnit(product.db, { taskId, step: 0, unit });
    expect(read).toMatchObject({ taskId, step: 0, unit, merchantId, attempts: 0, maxAttempts: 3, state: 'waiting' });
    return read!;
  };
  const queue = async (engine: string, limit = 9) =>
    (await readQueue(product.db, engine, limit)).map(({ taskId, unit }) => `${taskId}/${unit}`);

  it('are called in the order in which they came, those of one engine, so many at once', async () => {
    const [a, b, other] = [await waiting(0), await waiting(2), await waiting(0)];
    await queueUnit(product.db, b, 'e', NOW_MS + 2);
    await queueUnit(product.db, a, 'e', NOW_MS + 1);
    await queueUnit(product.db, other, 'x', NOW_MS);
    // Again keeps its turn, also where it comes to another engine.
    await queueUnit(product.db, a, 'e', NOW_MS + 9);
    expect(await queue('e')).toEqual([`${a.taskId}/0`, `${b.taskId}/2`]);
    expect(await queue('e', 1)).toEqual([`${a.taskId}/0`]);
    await queueUnit(product.db, a, 'x', NOW_MS + 9);
    expect(await queue('x')).toEqual([`${other.taskId}/0`, `${a.taskId}/0`]);
    await leaveQueue(product.db, other);
    expect([await queue('x'), await queue('e')]).toEqual([[`${a.taskId}/0`], [`${b.taskId}/2`]]);
  });

  it('are forgotten when they wait no more, those of that engine', async () => {
    const [ended, still, other] = [await waiting(0), await waiting(0), await waiting(0)];
    for (const [unit, engine] of [
      [ended, 'e'],
      [still, 'e'],
      [other, 'x'],
    ] as const)
      await queueUnit(product.db, unit, engine, NOW_MS);
    for (const { taskId } of [ended, other])
      await product.db.write(
        "UPDATE task_units SET state = 'dropped', sweep_at = NULL WHERE task_id = ? AND unit = 0",
        [taskId],
      );
    await forgetEnded(product.db, 'e');
    expect([await queue('e'), await queue('x')]).toEqual([[`${still.taskId}/0`], [`${other.taskId}/0`]]);
  });

  it('are read by their own number alone', async () => {
    const { taskId } = await waiting(2);
    await product.db.write('UPDATE task_units SET attempts = 2, next_at = ? WHERE task_id = ? AND unit = 2', [
      sqlTime(NOW_MS),
      taskId,
    ]);
    const read = (step: number, unit: number) => readWaitingUnit(product.db, { taskId, step, unit });
    expect([(await read(0, 1))?.attempts, (await read(0, 2))?.attempts]).toEqual([0, 2]);
    expect([await read(1, 0), await read(0, 3)]).toEqual([undefined, undefined]);
  });
});
