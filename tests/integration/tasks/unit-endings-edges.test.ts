import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
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
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  OUTPUT,
  type ProductDatabase,
  productDatabase,
  queueTask,
  replan,
} from '../../fixtures/product-database.ts';

const HOUR_MS = 3_600_000;
const LATER_MS = NOW_MS + 2 * HOUR_MS;
const ALONE = { units: 2, attempts: 1, shareCredits: 1 };

let product: ProductDatabase;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  merchant = await newMerchant(product.db);
  await grantCredits(product.db, merchant, 1, { expiresAtMs: NOW_MS + HOUR_MS });
});

type Steps = Parameters<typeof replan>[2][];
const queued = async (...steps: Steps): Promise<string> => {
  const taskId = await newTask(product.db, merchant);
  await replan(product.db, taskId, ...steps);
  await queueTask(product.db, taskId);
  return taskId;
};
const claimed = async (taskId: string, unit = 0): Promise<Lease> => {
  if (unit === 0) return claimTask(product.db, taskId);
  const lease = { taskId, step: 0, unit, leaseId: `lse_${unit}` };
  expect(await claimUnit(product.db, lease, NOW_MS)).toMatchObject({ outcome: 'claimed' });
  return lease;
};
const failed = { code: 'PROCESSING_FAILED' } as const;
const finish = (lease: Lease) => finishUnit(product.db, lease, [OUTPUT], LATER_MS);

/** How a step with a unit that fails alone comes to its end. */
const ENDS = {
  'its work': async (taskId: string) => {
    await failUnit(product.db, await claimed(taskId), failed, LATER_MS);
    return finish(await claimed(taskId, 1));
  },
  'a failure': async (taskId: string) => {
    await finish(await claimed(taskId));
    return failUnit(product.db, await claimed(taskId, 1), failed, LATER_MS);
  },
  'a dead lease': async (taskId: string) => {
    await finish(await claimed(taskId));
    return expireLease(product.db, await claimed(taskId, 1), LATER_MS);
  },
};
const ENDINGS = Object.entries(ENDS);

describe('the units of the next step', () => {
  it.each(ENDINGS)('are looked at half a minute after they were planned by %s', async (_by, end) => {
    const taskId = await queued({ ...ALONE, shareCredits: 0 }, { units: 1 });
    expect(await end(taskId)).toBe('step_planned');
    expect(
      await product.db.query(
        'SELECT next_at AS atMs, sweep_at AS lookMs FROM task_units WHERE task_id = ? AND step = 1',
        [taskId],
      ),
    ).toEqual([{ atMs: LATER_MS, lookMs: LATER_MS + 30_000 }]);
  });
});

describe('a credit whose lot has expired while we failed comes back for seven days', () => {
  const back = () =>
    product.db.query(
      "SELECT amount, remaining, expires_at AS untilMs FROM quota_lots WHERE merchant_id = ? AND source_key LIKE 'refund:%'",
      [merchant],
    );
  const fresh = [{ amount: 1, remaining: 1, untilMs: LATER_MS + 7 * DAY_MS }];

  it.each(ENDINGS)('of a unit that failed alone, when its step ends with %s', async (_by, end) => {
    expect(await end(await queued(ALONE))).toBe('succeeded');
    expect(await back()).toEqual(fresh);
  });

  it('of a task: by a failure, a dead lease, or the end of its time', async () => {
    const one = { units: 1, attempts: 1 };
    expect(await failUnit(product.db, await claimed(await queued(one)), failed, LATER_MS)).toBe('failed');
    expect(await back()).toEqual(fresh);
    for (const end of ['lease', 'time'] as const) {
      merchant = await newMerchant(product.db);
      await grantCredits(product.db, merchant, 1, { expiresAtMs: NOW_MS + HOUR_MS });
      const taskId = await queued(one);
      if (end === 'lease') {
        expect(await expireLease(product.db, await claimed(taskId), LATER_MS)).toBe('failed');
      } else {
        await product.db.write('UPDATE tasks SET deadline_at = ? WHERE id = ?', [sqlTime(LATER_MS), taskId]);
        expect(await expireTask(product.db, taskId, LATER_MS)).toBe('ended');
      }
      expect(await back()).toEqual(fresh);
    }
  });
});
