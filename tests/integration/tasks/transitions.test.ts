import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TASK_STATES, type TaskState } from '../../../shared/contract/tasks.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { isTerminal, TRANSITIONS } from '../../../shared/tasks/task.ts';
import {
  claimUnit,
  expireLease,
  expireTask,
  failUnit,
  finishUnit,
  type Lease,
} from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
  replan,
  stateOf,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
  merchant = await newMerchant(product.db);
  await grantCredits(product.db, merchant, 1000);
});
afterAll(() => product.close());

const HOUR_MS = 3_600_000;
const LATE_MS = NOW_MS + 24 * HOUR_MS;

/** A task in the given state, reached as the product reaches it. */
async function taskIn(state: TaskState): Promise<Lease> {
  const { db } = product;
  const taskId = await newTask(db, merchant);
  const lease = { taskId, step: 0, unit: 0, leaseId: 'lse_none' };
  const cancel = () => db.callProcedure('cancel_task_v2', cancellation(merchant, taskId, NOW_MS));
  if (state === 'awaiting_upload') return lease;
  if (state === 'expired') return expireTask(db, taskId, LATE_MS).then(() => lease);
  await queueTask(db, taskId);
  if (state === 'queued') return lease;
  if (state === 'canceled') return cancel().then(() => lease);
  const claimed = await claimTask(db, taskId);
  if (state === 'succeeded') await finishUnit(db, claimed, [OUTPUT], NOW_MS);
  if (state === 'failed') await failUnit(db, claimed, { code: 'GARMENT_NOT_FOUND' }, NOW_MS);
  return claimed;
}

/** Each transition, tried with everything in its favour but the task's state. */
const ATTEMPTS: Record<keyof typeof TRANSITIONS, (task: Lease) => Promise<unknown>> = {
  accept_input: (task) => queueTask(product.db, task.taskId),
  refuse_input: (task) => product.db.callProcedure('refuse_input_v1', [task.taskId, 'INPUT_CORRUPT', sqlTime(NOW_MS)]),
  claim_unit: (task) => claimUnit(product.db, { ...task, leaseId: 'lse_other' }, NOW_MS),
  finish_unit: (task) => finishUnit(product.db, task, [{ ...OUTPUT, name: 'again.jpg' }], NOW_MS),
  fail_unit: (task) => failUnit(product.db, task, { code: 'PROCESSING_FAILED' }, NOW_MS),
  expire_lease: async (task) => {
    await product.db.write('UPDATE task_units SET attempts = max_attempts WHERE task_id = ?', [task.taskId]);
    return expireLease(product.db, task, LATE_MS);
  },
  cancel: (task) => product.db.callProcedure('cancel_task_v2', cancellation(merchant, task.taskId, NOW_MS)),
  stop: (task) =>
    product.db.callProcedure('stop_task_v1', [
      ...['mch_operator', task.taskId, '卡住', sqlTime(LATE_MS), `stop-${task.taskId}`, 'a'.repeat(64), 'req_1'],
      sqlTime(NOW_MS),
    ]),
  expire_upload: (task) => expireTask(product.db, task.taskId, LATE_MS),
  expire_queue: (task) => expireTask(product.db, task.taskId, LATE_MS),
  expire_processing: (task) => expireTask(product.db, task.taskId, LATE_MS),
};

describe('the table of transitions is what the procedures do', () => {
  for (const [name, attempt] of Object.entries(ATTEMPTS) as [keyof typeof TRANSITIONS, (typeof ATTEMPTS)['cancel']][]) {
    const { from, to } = TRANSITIONS[name];
    it(`${name}: ${from.join(' or ')} → ${to}, and nothing else`, async () => {
      for (const state of TASK_STATES) {
        const task = await taskIn(state);
        expect(await stateOf(product.db, task.taskId)).toBe(state);
        await attempt(task);
        const after = await stateOf(product.db, task.taskId);
        // The one deadline procedure ends whatever is overdue; each of its rows is checked from its own state.
        const overdue = name.startsWith('expire_') && name !== 'expire_lease' && !isTerminal(state);
        if ((from as readonly string[]).includes(state)) expect([state, after]).toEqual([state, to]);
        else if (!overdue) expect([state, after]).toEqual([state, state]);
      }
      expect(await product.audit()).toEqual([]);
    });
  }

  it('a deadline is kept to the millisecond', async () => {
    const task = await taskIn('awaiting_upload');
    expect(await expireTask(product.db, task.taskId, NOW_MS + HOUR_MS - 1)).toBe('not_due');
    expect(await expireTask(product.db, task.taskId, NOW_MS + HOUR_MS)).toBe('ended');
  });

  it('answers unknown for a task that does not exist', async () => {
    const nobody = 'tsk_01ARZ3NDEKTSV4RRFFQ69G5FAV';
    expect(await expireTask(product.db, nobody, NOW_MS)).toBe('unknown');
    const cancel = await product.db.callProcedure('cancel_task_v2', cancellation(merchant, nobody, NOW_MS));
    expect(cancel).toMatchObject({ outcome: 'unknown' });
    const claim = await claimUnit(product.db, { taskId: nobody, step: 0, unit: 0, leaseId: 'lse_x' }, NOW_MS);
    expect(claim).toMatchObject({ outcome: 'unknown' });
  });

  it("does not cancel another merchant's task", async () => {
    const task = await taskIn('queued');
    const other = await newMerchant(product.db);
    const row = await product.db.callProcedure('cancel_task_v2', cancellation(other, task.taskId, NOW_MS));
    expect([row, await stateOf(product.db, task.taskId)]).toEqual([{ outcome: 'unknown', state: null }, 'queued']);
  });
});

describe('a lease', () => {
  it('is given to one of 16 workers at once', async () => {
    const { taskId } = await taskIn('queued');
    const claims = await Promise.all(
      product.connections(16).map((db, i) => claimUnit(db, { taskId, step: 0, unit: 0, leaseId: `lse_${i}` }, NOW_MS)),
    );
    const outcomes = claims.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(15);
  });

  it('outlasts its function (time limit + 30 s) by 30 s, and is not taken away before', async () => {
    const task = await taskIn('processing');
    const endsAtMs = NOW_MS + (240 + 60) * 1000;
    expect(await expireLease(product.db, task, endsAtMs - 1)).toBe('not_due');
    expect(await expireLease(product.db, task, endsAtMs)).toBe('waiting');
  });

  it('keeps a worker that lost it from finishing or failing the unit', async () => {
    const old = await taskIn('processing');
    await expireLease(product.db, old, LATE_MS);
    const next = { ...old, leaseId: 'lse_next' };
    expect((await claimUnit(product.db, next, LATE_MS)).outcome).toBe('claimed');
    expect(await finishUnit(product.db, old, [OUTPUT], LATE_MS)).toBe('lost');
    expect(await failUnit(product.db, old, { code: 'PROCESSING_FAILED' }, LATE_MS)).toBe('lost');
    expect(await finishUnit(product.db, next, [OUTPUT], LATE_MS)).toBe('succeeded');
  });

  it('makes a failed unit wait for its next attempt, and fails the task after the last one', async () => {
    const first = await taskIn('processing');
    const retryAtMs = NOW_MS + 10_000;
    let lease = first;
    for (const attempt of [1, 2]) {
      const failed = await failUnit(product.db, lease, { code: 'PROCESSING_FAILED', retryAtMs }, NOW_MS);
      expect([attempt, failed]).toEqual([attempt, 'waiting']);
      lease = { ...first, leaseId: `lse_attempt${attempt}` };
      expect((await claimUnit(product.db, lease, retryAtMs - 1)).outcome).toBe('early');
      expect((await claimUnit(product.db, lease, retryAtMs)).outcome).toBe('claimed');
    }
    expect(await failUnit(product.db, lease, { code: 'PROCESSING_FAILED', retryAtMs }, NOW_MS)).toBe('failed');
    expect(await stateOf(product.db, first.taskId)).toBe('failed');
  });
});

describe('a pipeline of several steps', () => {
  it('plans the next step with the last unit of a step, once, and completes with the last step', async () => {
    const first = await taskIn('processing');
    await replan(product.db, first.taskId, { units: 1 }, { units: 3 });
    expect(await finishUnit(product.db, first, [OUTPUT], NOW_MS)).toBe('step_planned');
    expect(await finishUnit(product.db, first, [OUTPUT], NOW_MS)).toBe('lost');
    const outcomes = await Promise.all(
      product.connections(3).map(async (db, unit) => {
        const lease = { taskId: first.taskId, step: 1, unit, leaseId: `lse_u${unit}` };
        expect((await claimUnit(db, lease, NOW_MS)).outcome).toBe('claimed');
        return finishUnit(db, lease, [OUTPUT], NOW_MS);
      }),
    );
    expect(outcomes.sort()).toEqual(['succeeded', 'unit_done', 'unit_done']);
    expect(await stateOf(product.db, first.taskId)).toBe('succeeded');
    expect(await product.audit()).toEqual([]);
  });
});
