import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import { expireTask, failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
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
  remainingOf,
  stateOf,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());

async function runningTask(lotExpiresAtMs: number) {
  const { db } = product;
  const merchant = await newMerchant(db);
  const lot = await grantCredits(db, merchant, 3, { expiresAtMs: lotExpiresAtMs });
  const taskId = await newTask(db, merchant);
  await queueTask(db, taskId);
  return { merchant, lot, taskId, lease: await claimTask(db, taskId) };
}

const refunds = (taskId: string) =>
  product.db.query<{ amount: number; lot: string }>(
    "SELECT amount, lot_id AS lot FROM quota_entries WHERE task_id = ? AND kind = 'refund'",
    [taskId],
  );

describe('giving credits back', () => {
  it('refunds a failure once, however often and from wherever it is reported', async () => {
    const { lot, taskId, lease, merchant } = await runningTask(NOW_MS + 30 * DAY_MS);
    const late = NOW_MS + 2 * 3_600_000;
    const outcomes = await Promise.all(
      product.connections(16).map(async (db, i) => {
        if (i % 3 === 0)
          return (await failUnit(db, lease, { code: 'PROCESSING_FAILED' }, late)) === 'failed' ? [`fail ${i}`] : [];
        if (i % 3 === 1) return (await expireTask(db, taskId, late)) === 'ended' ? [`expire ${i}`] : [];
        // Who cancels what was canceled is told so again.
        return cancelTask(db, merchant, taskId, { nowMs: late, language: 'zh' }).then(
          () => ['cancel'],
          () => [],
        );
      }),
    );
    expect(new Set(outcomes.flat()).size).toBe(1);
    expect(await refunds(taskId)).toEqual([{ amount: 1, lot }]);
    expect(await remainingOf(product.db, lot)).toBe(3);
    expect(await product.audit()).toEqual([]);
  });

  it('lets one of success and failure win, and refunds only the failure', async () => {
    for (let round = 0; round < 10; round++) {
      const { lot, taskId, lease } = await runningTask(NOW_MS + 30 * DAY_MS);
      const [a, b] = product.connections(2) as [typeof product.db, typeof product.db];
      await Promise.all([
        finishUnit(a, lease, [OUTPUT], NOW_MS),
        failUnit(b, lease, { code: 'PROCESSING_FAILED' }, NOW_MS),
      ]);
      const state = await stateOf(product.db, taskId);
      expect(['succeeded', 'failed']).toContain(state);
      expect(await remainingOf(product.db, lot)).toBe(state === 'failed' ? 3 : 2);
    }
    expect(await product.audit()).toEqual([]);
  });

  it('returns an expired credit as a fresh lot of seven days when the failure was ours', async () => {
    const { lot, taskId, lease, merchant } = await runningTask(NOW_MS + 1000);
    const later = NOW_MS + 5000;
    await failUnit(product.db, lease, { code: 'PROCESSING_FAILED' }, later);
    const [refund] = await refunds(taskId);
    expect(refund?.lot).not.toBe(lot);
    expect((await queryQuota(product.db, merchant, later)).lots).toEqual([
      { lotId: refund?.lot, amount: 1, remaining: 1, expiresAtMs: later + 7 * DAY_MS },
    ]);
    expect(await remainingOf(product.db, lot)).toBe(2);
    expect(await product.audit()).toEqual([]);
  });

  it('gives a credit only one fresh life', async () => {
    const { lease, merchant } = await runningTask(NOW_MS + 1000);
    const failedAtMs = NOW_MS + 5000;
    await failUnit(product.db, lease, { code: 'PROCESSING_FAILED' }, failedAtMs);
    const again = await newTask(product.db, merchant, failedAtMs + 7 * DAY_MS - 1);
    await queueTask(product.db, again, failedAtMs + 7 * DAY_MS - 1);
    const second = await claimTask(product.db, again, failedAtMs + 7 * DAY_MS);
    await failUnit(product.db, second, { code: 'PROCESSING_FAILED' }, failedAtMs + 8 * DAY_MS);
    expect((await queryQuota(product.db, merchant, failedAtMs + 8 * DAY_MS)).available).toBe(0);
    expect(await product.audit()).toEqual([]);
  });

  it('returns an expired credit to its expired lot when the input was at fault', async () => {
    const { lot, lease, merchant } = await runningTask(NOW_MS + 1000);
    await failUnit(product.db, lease, { code: 'GARMENT_NOT_FOUND' }, NOW_MS + 5000);
    expect(await remainingOf(product.db, lot)).toBe(3);
    expect((await queryQuota(product.db, merchant, NOW_MS + 5000)).available).toBe(0);
  });

  it('returns credits of a revoked lot to that lot, out of reach', async () => {
    const { lot, lease, merchant } = await runningTask(NOW_MS + 1000);
    await product.db.write('UPDATE quota_lots SET revoked_at = created_at WHERE id = ?', [lot]);
    await failUnit(product.db, lease, { code: 'PROCESSING_FAILED' }, NOW_MS + 5000);
    expect(await remainingOf(product.db, lot)).toBe(3);
    expect((await queryQuota(product.db, merchant, NOW_MS + 500)).available).toBe(0);
  });

  it('cannot be written twice even by a statement of its own: the deduction is reversed once', async () => {
    const { taskId, lease, merchant, lot } = await runningTask(NOW_MS + 30 * DAY_MS);
    await failUnit(product.db, lease, { code: 'PROCESSING_FAILED' }, NOW_MS);
    const again = product.db.write(
      `INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, task_id, reverses_entry_id, created_at)
       SELECT merchant_id, lot_id, 'refund', 1, task_id, seq, created_at FROM quota_entries
       WHERE task_id = ? AND kind = 'deduct'`,
      [taskId],
    );
    await expect(again).rejects.toMatchObject({ errno: 1062 });
    expect([merchant, await remainingOf(product.db, lot)]).toEqual([merchant, 3]);
  });
});
