import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { cancellation } from '../../../../shared/tasks/cancel-task.ts';
import { insertJob } from '../../../../shared/tasks/provider/provider-jobs.ts';
import { FRESH_LOT_MS } from '../../../../shared/tasks/task.ts';
import type { Lease } from '../../../../shared/tasks/unit-procedures.ts';
import { grantCredits, NOW_MS, OUTPUT, replan } from '../../../fixtures/product-database.ts';
import {
  at,
  awaitingTask,
  closeAccount,
  expireLots,
  HASH,
  leasedUnit,
  nextNumber,
  type Owner,
  queuedTask,
  type Scenario,
} from './scenario.ts';

const HOUR_MS = 3_600_000;
const NOBODY = 'tsk_nobody';
/** Of `basic_clean`, as the migrations leave it. */
const CARD_VERSION = 2;

interface Creating {
  readonly feature?: string;
  readonly inputs?: number;
  readonly rate?: number;
  readonly version?: number;
  readonly plan?: string | null;
}

const PLAN = JSON.stringify([{ processor: 'basic-clean', units: 1, timeLimitSeconds: 240, attempts: 3 }]);

const creating = (
  merchantId: string,
  { feature = 'basic_clean', inputs = 1, rate = 600, version = CARD_VERSION, plan = PLAN }: Creating = {},
): SqlValue[] => [
  ...[merchantId, newId('tsk_', NOW_MS), feature, version, `task-${nextNumber()}`, HASH, null, 0, 0, null],
  JSON.stringify(Array.from({ length: inputs }, () => ({ contentType: 'image/jpeg', sizeBytes: 1000 }))),
  ...['{}', plan, at(0), at(HOUR_MS), at(60_000), at(30_000), NOW_MS, rate, 60_000, 'req_1'],
];

/** Cards of the tests' own: one that is closed, one for members only, one that costs two lots. */
async function card(db: Database, id: string, over: { enabled?: number; credits?: number }): Promise<string> {
  await db.write(
    `INSERT IGNORE INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled,
       max_inputs, pipeline_json, outputs_json, position)
     SELECT ?, version, name_zh, name_en, category, summary_zh, summary_en, ?, access, ?, max_inputs, pipeline_json,
       outputs_json, position FROM features WHERE id = 'basic_clean'`,
    [id, over.credits ?? 1, over.enabled ?? 1],
  );
  return id;
}

const create = (outcome: string, prepare: Scenario['prepare']): Scenario => ({
  ...{ procedure: 'create_task_v4', outcome, prepare },
});

const CREATING: readonly Scenario[] = [
  create('created', async (db, owner) => {
    await grantCredits(db, owner.id, 1);
    await grantCredits(db, owner.id, 5);
    return creating(owner.id, { feature: await card(db, 'two_credits', { credits: 2 }) });
  }),
  create('rate_limited', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    await db.callProcedure('create_task_v4', creating(owner.id, { rate: 1 }));
    return creating(owner.id, { rate: 1 });
  }),
  create('replayed', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    const params = creating(owner.id);
    await db.callProcedure('create_task_v4', params);
    return params;
  }),
  create('conflict', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    const params = creating(owner.id);
    await db.callProcedure('create_task_v4', params);
    return params.with(5, 'b'.repeat(64));
  }),
  create('no_feature', async (_db, owner) => creating(owner.id, { feature: 'no_such_card' })),
  create('closed', async (db, owner) => creating(owner.id, { feature: await card(db, 'closed', { enabled: 0 }) })),
  create('too_many_inputs', async (_db, owner) => creating(owner.id, { inputs: 2 })),
  create('changed', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    return creating(owner.id, { version: 7 });
  }),
  create('invalid_form', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    return creating(owner.id, { plan: null });
  }),
  create('card_limited', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    const feature = await card(db, 'one_a_minute', {});
    await db.write('UPDATE features SET rate_limit = 1, rate_window_s = 60 WHERE id = ?', [feature]);
    await db.callProcedure('create_task_v4', creating(owner.id, { feature }));
    return creating(owner.id, { feature });
  }),
  // Only for those who are named; this merchant is not.
  create('closed', async (db, owner) => {
    const feature = await card(db, 'for_some', {});
    await db.write("UPDATE features SET access = 'whitelist' WHERE id = ?", [feature]);
    return creating(owner.id, { feature });
  }),
  create('created', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    const feature = await card(db, 'for_some', {});
    await db.write("UPDATE features SET access = 'whitelist' WHERE id = ?", [feature]);
    await db.write('INSERT INTO feature_merchants VALUES (?, ?, ?)', [feature, owner.id, at(0)]);
    return creating(owner.id, { feature, inputs: 0 });
  }),
  create('created', async (db, owner) => {
    // Goes on where another has failed, for a part of the price.
    const old = await sharedUnit(db, owner, 3, ['done']);
    await db.callProcedure('fail_unit_v2', failing(old, null));
    return creating(owner.id).with(6, old.taskId).with(7, 1).with(9, 1);
  }),
  create('no_account', async () => creating('mch_nobody')),
  create('no_account', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    await closeAccount(db, owner);
    return creating(owner.id);
  }),
  create('not_a_member', async (_db, owner) => creating(owner.id)),
  create('credits_short', async (db, owner) => {
    await grantCredits(db, owner.id, 1);
    return creating(owner.id, { feature: await card(db, 'two_credits', { credits: 2 }) });
  }),
];

const accepting = (taskId: string): SqlValue[] => [taskId, 0, '"etag"', 8, 6, at(0), at(600_000), at(30_000)];
const refusing = (taskId: string): SqlValue[] => [taskId, 'INPUT_CORRUPT', at(0)];
/** A leased unit that an engine elsewhere was given. */
async function taskAtEngine(db: Database, owner: Owner): Promise<Lease> {
  const lease = await leasedUnit(db, owner);
  const job = { ...lease, merchantId: owner.id, attempt: 1, engine: 'tencent-mps' };
  await insertJob(db, job, NOW_MS, NOW_MS + HOUR_MS);
  return lease;
}
const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const [accept, refuse, cancel] = [of('accept_input_v2'), of('refuse_input_v1'), of('cancel_task_v2')] as const;

const UPLOADING: readonly Scenario[] = [
  accept('queued', async (db, owner) => accepting(await awaitingTask(db, owner))),
  accept('waiting', async (db, owner) => {
    const taskId = await awaitingTask(db, owner);
    await db.write(
      `INSERT INTO task_inputs (task_id, n, merchant_id, content_type, size_bytes, object_key)
       VALUES (?, 1, ?, 'image/jpeg', 1, '')`,
      [taskId, owner.id],
    );
    return accepting(taskId);
  }),
  accept('ignored', async (db, owner) => accepting(await queuedTask(db, owner))),
  accept('unknown', async () => accepting(NOBODY)),
  refuse('failed', async (db, owner) => refusing(await awaitingTask(db, owner))),
  refuse('ignored', async (db, owner) => refusing(await queuedTask(db, owner))),
  refuse('unknown', async () => refusing(NOBODY)),
  cancel('canceled', async (db, owner) => cancellation(owner.id, await queuedTask(db, owner), NOW_MS)),
  cancel('canceled', async (db, owner) => cancellation(owner.id, (await taskAtEngine(db, owner)).taskId, NOW_MS)),
  cancel('running', async (db, owner) => {
    const { taskId } = await taskAtEngine(db, owner);
    await db.write('INSERT IGNORE INTO rate_limits VALUES (?, ?, ?)', [
      `cancel:${owner.id}`,
      NOW_MS + 24 * HOUR_MS,
      at(24 * HOUR_MS),
    ]);
    return cancellation(owner.id, taskId, NOW_MS);
  }),
  cancel('ended', async (db, owner) => {
    const params = cancellation(owner.id, await awaitingTask(db, owner), NOW_MS);
    await db.callProcedure('cancel_task_v2', params);
    return params;
  }),
  cancel('unknown', async (_db, owner) => cancellation(owner.id, NOBODY, NOW_MS)),
];

const claiming = (taskId: string, afterMs = 0): SqlValue[] => [taskId, 0, 0, newId('lse_', NOW_MS), at(afterMs)];
const finishing = (lease: Lease, afterMs = 60_000): SqlValue[] => [
  ...[lease.taskId, lease.step, lease.unit, lease.leaseId, JSON.stringify([OUTPUT])],
  ...[at(afterMs), at(afterMs + 30_000), at(afterMs + FRESH_LOT_MS)],
];
const failing = (lease: Lease, retryMs: number | null): SqlValue[] => [
  ...[lease.taskId, lease.step, lease.unit, lease.leaseId, 'PROCESSING_FAILED', 1],
  ...[retryMs === null ? null : at(retryMs), at(60_000), at(90_000), at(60_000 + FRESH_LOT_MS)],
];
const expiring = (lease: Lease, afterMs: number): SqlValue[] => [
  ...[lease.taskId, lease.step, lease.unit, at(afterMs), at(afterMs + 30_000), at(afterMs + FRESH_LOT_MS)],
];
const ending = (taskId: string, afterMs: number): SqlValue[] => [taskId, at(afterMs), at(afterMs + FRESH_LOT_MS)];
const lost = (lease: Lease): Lease => ({ ...lease, leaseId: 'lse_anothers' });

/** A leased unit of a step whose units have shares: it is on its attempt `attempt` of 3, the others are in these states. */
async function sharedUnit(
  db: Database,
  owner: Owner,
  attempt: number,
  others: readonly string[],
  ...later: { units: number }[]
): Promise<Lease> {
  const lease = await leasedUnit(db, owner, attempt);
  await replan(db, lease.taskId, { units: 1 + others.length, shareCredits: 1 }, ...later);
  for (const [n, state] of others.entries()) {
    await db.write(
      `INSERT INTO task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at, sweep_at)
       VALUES (?, 0, ?, ?, ?, 3, 240, ?, ?)`,
      [lease.taskId, n + 1, owner.id, state, at(0), state === 'waiting' ? at(0) : null],
    );
  }
  return lease;
}

const claim = of('claim_unit_v3');
const finish = of('finish_unit_v2');
const fail = of('fail_unit_v2');
const expireLease = of('expire_lease_v2');
const expireTask = of('expire_task_v1');

const WORKING: readonly Scenario[] = [
  claim('claimed', async (db, owner) => claiming(await queuedTask(db, owner))),
  claim('busy', async (db, owner) => claiming((await leasedUnit(db, owner)).taskId)),
  claim('early', async (db, owner) => claiming(await queuedTask(db, owner), -1000)),
  claim('ended', async (db, owner) => {
    const lease = await leasedUnit(db, owner);
    await db.callProcedure('finish_unit_v2', finishing(lease));
    return claiming(lease.taskId);
  }),
  claim('unknown', async () => claiming(NOBODY)),
  finish('succeeded', async (db, owner) => finishing(await leasedUnit(db, owner))),
  finish('step_planned', async (db, owner) => {
    const lease = await leasedUnit(db, owner);
    await replan(db, lease.taskId, { units: 1 }, { units: 2 });
    return finishing(lease);
  }),
  finish('succeeded', async (db, owner) => {
    // The other output failed before: its share goes back here, to a fresh lot, for the lots have run out.
    const lease = await sharedUnit(db, owner, 1, ['failed']);
    await expireLots(db, owner);
    return finishing(lease);
  }),
  finish('unit_done', async (db, owner) => {
    const lease = await leasedUnit(db, owner);
    await db.write(
      `INSERT INTO task_units (task_id, step, unit, merchant_id, state, max_attempts, time_limit_s, next_at, sweep_at)
       VALUES (?, 0, 1, ?, 'waiting', 3, 240, ?, ?)`,
      [lease.taskId, owner.id, at(0), at(0)],
    );
    return finishing(lease);
  }),
  finish('lost', async (db, owner) => finishing(lost(await leasedUnit(db, owner)))),
  fail('waiting', async (db, owner) => failing(await leasedUnit(db, owner), 90_000)),
  fail('failed', async (db, owner) => failing(await leasedUnit(db, owner), null)),
  fail('failed', async (db, owner) => {
    // The lots have run out: the credits come back as a fresh lot.
    const lease = await leasedUnit(db, owner, 3);
    await expireLots(db, owner);
    return failing(lease, 90_000);
  }),
  fail('unit_failed', async (db, owner) => failing(await sharedUnit(db, owner, 3, ['waiting']), null)),
  fail('succeeded', async (db, owner) => failing(await sharedUnit(db, owner, 3, ['done']), null)),
  fail('step_planned', async (db, owner) => failing(await sharedUnit(db, owner, 3, ['done'], { units: 1 }), null)),
  fail('failed', async (db, owner) => failing(await sharedUnit(db, owner, 3, ['failed']), null)),
  fail('lost', async (db, owner) => failing(lost(await leasedUnit(db, owner)), null)),
  expireLease('waiting', async (db, owner) => expiring(await leasedUnit(db, owner), HOUR_MS)),
  expireLease('failed', async (db, owner) => expiring(await leasedUnit(db, owner, 3), HOUR_MS)),
  expireLease('unit_failed', async (db, owner) => expiring(await sharedUnit(db, owner, 3, ['waiting']), HOUR_MS)),
  expireLease('succeeded', async (db, owner) => expiring(await sharedUnit(db, owner, 3, ['done']), HOUR_MS)),
  expireLease('step_planned', async (db, owner) =>
    expiring(await sharedUnit(db, owner, 3, ['done'], { units: 1 }), HOUR_MS),
  ),
  expireLease('not_due', async (db, owner) => expiring(await leasedUnit(db, owner), 1000)),
  expireTask('ended', async (db, owner) => ending(await awaitingTask(db, owner), HOUR_MS)),
  expireTask('ended', async (db, owner) => ending(await queuedTask(db, owner), HOUR_MS)),
  expireTask('ended', async (db, owner) => ending((await leasedUnit(db, owner)).taskId, HOUR_MS)),
  expireTask('not_due', async (db, owner) => ending(await awaitingTask(db, owner), 1000)),
  expireTask('unknown', async () => ending(NOBODY, HOUR_MS)),
];

interface Batching {
  readonly feature?: string;
  readonly photos?: number;
  readonly rate?: number;
  readonly version?: number;
  readonly plan?: string | null;
}

const batching = (
  merchantId: string,
  { feature = 'basic_clean', photos = 2, rate = 600, version = CARD_VERSION, plan = PLAN }: Batching = {},
): SqlValue[] => [
  ...[merchantId, newId('bat_', NOW_MS), feature, version, `batch-${nextNumber()}`, HASH],
  JSON.stringify(
    Array.from({ length: photos }, () => ({
      ...{ taskId: newId('tsk_', NOW_MS), name: 'a.jpg', contentType: 'image/jpeg', sizeBytes: 1000 },
    })),
  ),
  ...['{}', plan, at(0), at(HOUR_MS), at(60_000), NOW_MS, rate, 60_000, 'req_1'],
];
const batch = of('create_batch_v3');
const rich = async (db: Database, owner: Owner): Promise<void> => {
  await grantCredits(db, owner.id, 1);
  await grantCredits(db, owner.id, 5);
};

const BATCHING: readonly Scenario[] = [
  batch('created', async (db, owner) => {
    await rich(db, owner);
    return batching(owner.id);
  }),
  batch('rate_limited', async (db, owner) => {
    await rich(db, owner);
    return batching(owner.id, { rate: 1 });
  }),
  batch('card_limited', async (db, owner) => {
    await rich(db, owner);
    const feature = await card(db, 'one_a_minute', {});
    await db.write('UPDATE features SET rate_limit = 1, rate_window_s = 60 WHERE id = ?', [feature]);
    return batching(owner.id, { feature });
  }),
  batch('replayed', async (db, owner) => {
    await rich(db, owner);
    const params = batching(owner.id);
    await db.callProcedure('create_batch_v3', params);
    return params;
  }),
  batch('conflict', async (db, owner) => {
    await rich(db, owner);
    const params = batching(owner.id);
    await db.callProcedure('create_batch_v3', params);
    return params.with(5, 'b'.repeat(64));
  }),
  batch('no_feature', async (_db, owner) => batching(owner.id, { feature: 'no_such_card' })),
  batch('closed', async (db, owner) => batching(owner.id, { feature: await card(db, 'closed', { enabled: 0 }) })),
  batch('closed', async (db, owner) => {
    const feature = await card(db, 'for_some', {});
    await db.write("UPDATE features SET access = 'whitelist' WHERE id = ?", [feature]);
    return batching(owner.id, { feature });
  }),
  batch('changed', async (_db, owner) => batching(owner.id, { version: 7 })),
  batch('invalid_form', async (_db, owner) => batching(owner.id, { plan: null })),
  batch('no_account', async () => batching('mch_nobody')),
  batch('no_account', async (db, owner) => {
    await rich(db, owner);
    await closeAccount(db, owner);
    return batching(owner.id);
  }),
  batch('not_a_member', async (_db, owner) => batching(owner.id)),
  batch('credits_short', async (db, owner) => {
    await grantCredits(db, owner.id, 1);
    return batching(owner.id);
  }),
];

export const TASK_SCENARIOS: readonly Scenario[] = [...CREATING, ...UPLOADING, ...WORKING, ...BATCHING];
