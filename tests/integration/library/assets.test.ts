import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { listAssets as listOperation } from '../../../shared/contract/library.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { createTaskOfAssets } from '../../../shared/library/create-task-of-assets.ts';
import { eraseDeleted } from '../../../shared/library/erase-deleted.ts';
import { listAssets } from '../../../shared/library/list-assets.ts';
import { deleteAssets, restoreAssets, setFavourite } from '../../../shared/library/mark-results.ts';
import { sweepLibrary } from '../../../shared/library/sweep-library.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { getTask } from '../../../shared/tasks/get-task.ts';
import { listTasks } from '../../../shared/tasks/list-tasks.ts';
import { readOutputs } from '../../../shared/tasks/read-task.ts';
import { runUnit } from '../../../shared/tasks/run-unit.ts';
import { DAY_MS, grantCredits, newMerchant, newTask, RETENTION, stateOf } from '../../fixtures/product-database.ts';
import { oneFile, photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
let bytes: Buffer;
beforeAll(async () => {
  stage = await taskStage();
  bytes = await photo();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await newMerchant(stage.db, stage.nowMs);
  await grantCredits(stage.db, merchant, 20, { expiresAtMs: stage.nowMs + 30 * DAY_MS });
});

const services = () => ({ db: stage.db, bucket: stage.bucket, retention: RETENTION });
const list = (page: object = {}, who = merchant) => listAssets(services(), who, { limit: 20, ...page }, stage.nowMs);
let keys = 0;
const order = (inputs: Parameters<typeof createTaskOfAssets>[1]['inputs'], idempotencyKey = `library-${++keys}`) =>
  createTaskOfAssets(services(), {
    ...{ merchantId: merchant, featureId: 'basic_clean', inputs, idempotencyKey, requestHash: 'a'.repeat(64) },
    nowMs: stage.nowMs,
  });
const process = (taskId: string) => {
  const work = { clock: () => stage.nowMs, onFailure: () => undefined, processors: { 'basic-clean': oneFile } };
  return runUnit({ db: stage.db, objects: stage.objects, ...work }, { taskId, step: 0, unit: 0 });
};
const declared = () => ({ contentType: 'image/jpeg' as const, sizeBytes: bytes.length });

/** A task with its photo and one result, white.jpg. */
async function made(taskId?: string): Promise<string> {
  const id = taskId ?? (await order([declared()])).taskId;
  await stage.objects.put(`inputs/${id}/0`, bytes, 'image/jpeg');
  await acceptInput(stage, { taskId: id, index: 0 }, stage.nowMs);
  await process(id);
  return id;
}
const white = (taskId: string) => `${taskId}/0/0/white.jpg`;
const ids = ({ items }: { items: { assetId: string }[] }) => items.map(({ assetId }) => assetId);

describe('the library', () => {
  it('holds every result of the merchant and of nobody else, newest first, with a link that opens it', async () => {
    const first = await made();
    stage.nowMs += 1000;
    const second = await made();
    const page = await list();
    expect(z.safeParse(listOperation.output, page).error).toBeUndefined();
    expect(ids(page)).toEqual([white(second), white(first)]);
    const [newest] = page.items;
    expect(newest).toMatchObject({ kind: 'picture', expiresAtMs: stage.nowMs + 180 * DAY_MS });
    expect((await fetch(newest?.url ?? '')).status).toBe(200);
    expect((await list({}, await newMerchant(stage.db))).items).toEqual([]);
    const byPages = [await list({ limit: 1 })];
    byPages.push(await list({ limit: 1, cursor: byPages[0]?.nextCursor }));
    expect(byPages.flatMap(ids)).toEqual([white(second), white(first)]);
    expect(byPages[1]?.nextCursor).toBeUndefined();
  });

  it('is searched by card, date, kind, and the names of files and cards, whatever they hold', async () => {
    const { items } = await createBatch(stage.db, stage.bucket, {
      ...{ merchantId: merchant, featureId: 'basic_clean', language: 'zh', idempotencyKey: `b-${++keys}` },
      ...{ requestHash: 'a'.repeat(64), nowMs: stage.nowMs, photos: [{ name: '100%棉_连衣裙.jpg', ...declared() }] },
    });
    const ofBatch = await made(items[0]?.taskId);
    stage.nowMs += 1000;
    const at = stage.nowMs;
    const other = await made();
    expect(ids(await list({ search: '100%棉_' }))).toEqual([white(ofBatch)]);
    expect(ids(await list({ search: '100_棉' }))).toEqual([]);
    expect(ids(await list({ search: '基础' }))).toHaveLength(2);
    expect(ids(await list({ fromMs: String(at) }))).toEqual([white(other)]);
    expect(ids(await list({ toMs: String(at) }))).toEqual([white(ofBatch)]);
    expect(ids(await list({ kind: 'video' }))).toEqual([]);
    expect(ids(await list({ featureId: 'poster' }))).toEqual([]);
    expect(ids(await list({ kind: 'photo' }))).toEqual([`${other}/0`, `${ofBatch}/0`]);
    const tasks = await listTasks(stage.db, merchant, { limit: 20, search: '连衣裙' }, 'zh');
    expect(tasks.items.map(({ taskId }) => taskId)).toEqual([ofBatch]);
    expect((await listTasks(stage.db, merchant, { limit: 20, fromMs: String(at) }, 'zh')).items).toHaveLength(1);
  });

  it('marks favourites of the merchant only', async () => {
    const assetId = white(await made());
    await setFavourite(stage.db, merchant, assetId, true);
    expect(ids(await list({ favourite: true }))).toEqual([assetId]);
    const stranger = await newMerchant(stage.db);
    await expect(setFavourite(stage.db, stranger, assetId, false)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await setFavourite(stage.db, merchant, assetId, false);
    expect((await list({ favourite: true })).items).toEqual([]);
  });
});

describe('a deleted result', () => {
  it('is gone from every list and its task, and comes back within seven days, whole', async () => {
    const taskId = await made();
    const assetId = white(taskId);
    const { deleted, restorableUntilMs } = await deleteAssets(stage.db, merchant, [assetId], stage.nowMs);
    expect([deleted, restorableUntilMs]).toEqual([1, stage.nowMs + 7 * DAY_MS]);
    const view = { nowMs: stage.nowMs, language: 'zh' as const, retention: RETENTION };
    expect((await getTask(stage.db, stage.bucket, merchant, taskId, view)).outputs).toEqual([]);
    expect(ids(await list())).toEqual([]);
    expect((await list({ deleted: true })).items).toMatchObject([{ assetId, purgeAtMs: restorableUntilMs }]);
    await expect(order([{ assetId }])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    stage.nowMs += 7 * DAY_MS - 1;
    expect(await restoreAssets(stage.db, merchant, [assetId], stage.nowMs)).toEqual({ restored: 1 });
    expect(ids(await list())).toEqual([assetId]);
  });

  it('keeps the time of its first deletion, and cannot be restored once that has come, nor by others', async () => {
    const assetId = white(await made());
    const until = (await deleteAssets(stage.db, merchant, [assetId], stage.nowMs)).restorableUntilMs;
    stage.nowMs += DAY_MS;
    await deleteAssets(stage.db, merchant, [assetId], stage.nowMs);
    expect(await restoreAssets(stage.db, await newMerchant(stage.db), [assetId], stage.nowMs)).toEqual({ restored: 0 });
    stage.nowMs = until;
    expect(await restoreAssets(stage.db, merchant, [assetId], stage.nowMs)).toEqual({ restored: 0 });
  });
});

describe("an asset as the next task's photo", () => {
  it('is copied by COS, and the copy starts the task; its key again copies again and charges once', async () => {
    const assetId = white(await made());
    const key = `reuse-${++keys}`;
    const [task, again] = [await order([{ assetId }], key), await order([{ assetId }], key)];
    expect(again.taskId).toBe(task.taskId);
    expect([task.state, task.uploads]).toEqual(['awaiting_upload', []]);
    await acceptInput(stage, { taskId: task.taskId, index: 0 }, stage.nowMs);
    await process(task.taskId);
    expect(await stateOf(stage.db, task.taskId)).toBe('succeeded');
    expect(await stage.audit()).toEqual([]);
  });

  it('may be a photo while it is kept, and only the own one', async () => {
    const photoId = `${await made()}/0`;
    expect((await order([{ assetId: photoId }])).uploads).toEqual([]);
    merchant = await newMerchant(stage.db, stage.nowMs);
    await expect(order([{ assetId: photoId }])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await newTask(stage.db, await newMerchant(stage.db)).catch(({ code }) => code)).toBe('NOT_A_MEMBER');
  });

  it('names the field that is missing where neither is given', async () => {
    await expect(order([{ contentType: 'image/jpeg' }])).rejects.toMatchObject({
      fields: [{ path: 'inputs.0.sizeBytes', rule: 'required' }],
    });
  });
});

describe('the sweeper of results', () => {
  const sweep = (objects = stage.objects, clock = () => stage.nowMs) =>
    sweepLibrary({ db: stage.db, objects }, RETENTION, stage.nowMs, clock);
  const isThere = (key: string) =>
    stage.objects.head(key).then(
      () => true,
      () => false,
    );
  const keyOf = async (taskId: string) => (await readOutputs(stage.db, taskId))[0]?.key ?? '';

  it('deletes the object of what was deleted seven days ago, not a moment before, and keeps the books whole', async () => {
    await sweep();
    const taskId = await made();
    const key = await keyOf(taskId);
    await deleteAssets(stage.db, merchant, [white(taskId)], stage.nowMs);
    stage.nowMs += 7 * DAY_MS - 1;
    expect(await sweep()).toMatchObject({ deleted: 0, outlived: 0 });
    expect(await isThere(key)).toBe(true);
    stage.nowMs += 1;
    await Promise.all([sweep(), sweep()]);
    expect([await isThere(key), (await list({ deleted: true })).items]).toEqual([false, []]);
    expect(await sweep()).toMatchObject({ deleted: 0 });
    expect(await stage.audit()).toEqual([]);
  });

  it('deletes results at the end of their life, favourites too, on the day that was promised', async () => {
    const taskId = await made();
    await setFavourite(stage.db, merchant, white(taskId), true);
    const key = await keyOf(taskId);
    const endsAtMs = (await list()).items[0]?.expiresAtMs ?? 0;
    stage.nowMs = endsAtMs;
    expect(ids(await list())).toEqual([]);
    stage.nowMs += 1;
    await sweep();
    expect(await isThere(key)).toBe(false);
  });

  it('that was cut between the object and its row goes on with the next tick', async () => {
    await sweep();
    const taskId = await made();
    await deleteAssets(stage.db, merchant, [white(taskId)], stage.nowMs - 8 * DAY_MS);
    const cut = { ...stage.objects, delete: () => Promise.reject(new Error('cut here')) };
    expect((await sweep(cut)).failures).toHaveLength(1);
    await stage.objects.delete(await keyOf(taskId));
    expect(await sweep()).toMatchObject({ deleted: 1, failures: [] });
    expect(await sweep()).toMatchObject({ deleted: 0 });
  });
});

describe('the sweeper of very many results', () => {
  /** Rows alone, each of an object of its own. */
  const overdue = async (count: number): Promise<string> => {
    const taskId = await made();
    const rows = Array.from({ length: count }, (_, n) => [taskId, 9, n, 'x', merchant, `outputs/${taskId}/gone/${n}`]);
    await stage.db.write(
      `INSERT INTO task_outputs
         (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes, purge_at)
       VALUES ${rows.map(() => "(?, ?, ?, ?, ?, ?, 'image/png', 1, 1, 1, ?)").join(', ')}`,
      rows.flatMap((row) => [...row, sqlTime(stage.nowMs - 1)]),
    );
    return taskId;
  };
  const sweep = (remove: (key: string) => Promise<void>, clock = () => stage.nowMs) =>
    sweepLibrary({ db: stage.db, objects: { ...stage.objects, delete: remove } }, RETENTION, stage.nowMs, clock);

  it('deletes some at once; one that cannot be deleted keeps nothing back', async () => {
    const taskId = await overdue(60);
    let [busy, most] = [0, 0];
    const swept = await sweep(async (key) => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise(setImmediate);
      busy -= 1;
      if (key.endsWith('/7')) throw new Error('not this one');
    });
    expect(swept).toMatchObject({ deleted: 60, failures: [new Error('not this one')] });
    expect(most).toBe(8);
    const left = await stage.db.query<{ key: string }>(
      'SELECT object_key AS `key` FROM task_outputs WHERE task_id = ? AND purge_at IS NOT NULL',
      [taskId],
    );
    expect(left).toEqual([{ key: `outputs/${taskId}/gone/7` }]);
    expect((await sweep(async () => undefined)).deleted).toBe(1);
  });

  it('begins no more once its time is over, or nothing can be deleted: the next tick goes on', async () => {
    await overdue(150);
    let atMs = stage.nowMs;
    const slow = async () => {
      atMs += 1000;
    };
    const begun = (await sweep(slow, () => atMs)).deleted;
    expect(begun).toBeGreaterThanOrEqual(60);
    expect(begun).toBeLessThanOrEqual(68);
    await overdue(150);
    const { deleted, failures } = await sweep(() => Promise.reject(new Error('COS is away')));
    expect([deleted, failures.length].every((count) => count >= 100 && count < 108)).toBe(true);
    expect((await sweep(async () => undefined)).deleted).toBe(300 - begun);
  });
});

describe('what a deleted account has left', () => {
  const MINUTE_MS = 60_000;
  const deleted = (atMs: number) =>
    stage.db.write(
      'INSERT INTO account_deletions (merchant_id, phone_hash, canceled_tasks, forfeited_credits, deleted_at, forget_at) VALUES (?, ?, 0, 0, ?, ?)',
      [...[merchant, 'f'.repeat(64), sqlTime(atMs), sqlTime(stage.nowMs + DAY_MS)]],
    );
  /** One tick, and whose objects it found there and deleted. */
  const tick = async (limit?: number) => {
    const gone: string[] = [];
    const remove = async (key: string) => {
      const isThere = await stage.objects.head(key).then(
        () => true,
        () => false,
      );
      await stage.objects.delete(key);
      if (isThere) gone.push(key.split('/')[1] ?? '');
    };
    const objects = { ...stage.objects, delete: remove };
    return { ...(await eraseDeleted({ db: stage.db, objects }, stage.nowMs, limit)), gone };
  };

  it('is erased, objects first and then the words, and goes on where a tick was cut', async () => {
    const batch = await createBatch(stage.db, stage.bucket, {
      ...{ merchantId: merchant, featureId: 'basic_clean', idempotencyKey: 'erased', requestHash: 'a'.repeat(64) },
      ...{ photos: [{ name: 'mine.jpg', ...declared() }], nowMs: stage.nowMs, language: 'zh' as const },
    });
    const taskIds = [await made(batch.items[0]!.taskId), await made(), await made()];
    const kept = await made();
    const other = await newMerchant(stage.db, stage.nowMs);
    await stage.db.write('UPDATE tasks SET merchant_id = ? WHERE id = ?', [other, kept]);
    await stage.db.write("UPDATE tasks SET form_json = '{}' WHERE merchant_id = ?", [merchant]);
    const at = sqlTime(stage.nowMs);
    await deleted(stage.nowMs - 50 * MINUTE_MS);
    await stage.db.write(
      `INSERT INTO archives (id, merchant_id, language, state, idempotency_key, request_hash, created_at, sweep_at)
       VALUES ('arc_mine', ?, 'zh', 'ready', 'k', REPEAT('a', 64), ?, ?), ('arc_begun', ?, 'zh', 'building', 'l', REPEAT('a', 64), ?, ?)`,
      [merchant, at, sqlTime(stage.nowMs + 3 * DAY_MS), merchant, at, sqlTime(stage.nowMs + DAY_MS)],
    );
    const keysOf = async (taskId: string) =>
      (await readOutputs(stage.db, taskId)).map(({ key }) => key).concat(`inputs/${taskId}/0`);
    const keys = (await Promise.all(taskIds.map(keysOf))).flat();
    let deletions = 0;
    const cut = {
      ...stage.objects,
      delete: async (key: string) => {
        if (++deletions === 4) throw new Error('cut here');
        await stage.objects.delete(key);
      },
    };
    expect((await eraseDeleted({ db: stage.db, objects: cut }, stage.nowMs)).failures).toHaveLength(1);
    expect(await eraseDeleted(stage, stage.nowMs)).toEqual({ accounts: 1, failures: [] });
    expect(await eraseDeleted(stage, stage.nowMs)).toEqual({ accounts: 0, failures: [] });
    for (const key of keys) await expect(stage.objects.get(key)).rejects.toThrow();
    await expect(stage.objects.get(`inputs/${kept}/0`)).resolves.toBeDefined();
    const left = await stage.db.query(
      `SELECT t.form_json AS form, b.file_name AS name FROM tasks t LEFT JOIN batch_tasks b ON b.task_id = t.id
       WHERE t.merchant_id = ? ORDER BY b.file_name IS NULL`,
      [merchant],
    );
    expect(left).toEqual([{ form: null, name: '' }, ...[1, 2].map(() => ({ form: null, name: null }))]);
    const archives = "SELECT id, state, sweep_at AS at FROM archives WHERE id LIKE 'arc_%' ORDER BY id";
    expect(await stage.db.query(archives)).toEqual([
      { id: 'arc_begun', state: 'failed', at: null },
      { id: 'arc_mine', state: 'ready', at: stage.nowMs },
    ]);
    const hashes = () =>
      stage.db.query('SELECT phone_hash AS hash FROM account_deletions WHERE merchant_id = ?', [merchant]);
    expect(await hashes()).toEqual([{ hash: 'f'.repeat(64) }]);
    await eraseDeleted(stage, stage.nowMs + DAY_MS);
    expect(await hashes()).toEqual([{ hash: null }]);
  });

  it('is erased a page at a time, each task once', async () => {
    const taskIds = [await made(), await made(), await made()].toSorted();
    await deleted(stage.nowMs - 50 * MINUTE_MS);
    const whose = (taskIds: string[]) => taskIds.flatMap((taskId) => [taskId, taskId]);
    expect(await tick(2)).toEqual({ accounts: 0, failures: [], gone: whose(taskIds.slice(0, 2)) });
    expect(await tick(2)).toEqual({ accounts: 1, failures: [], gone: whose(taskIds.slice(2)) });
    expect(await tick(2)).toEqual({ accounts: 0, failures: [], gone: [] });
  });

  it('is erased at once, and once more when no link or token of the account is good any more', async () => {
    const taskId = await made();
    await deleted(stage.nowMs);
    expect(await tick()).toMatchObject({ accounts: 0, gone: [taskId, taskId] });
    // By a link and a token that are good still.
    await stage.objects.put(`inputs/${taskId}/0`, bytes, 'image/jpeg');
    const late = await made();
    stage.nowMs += 50 * MINUTE_MS - 1;
    expect(await tick()).toMatchObject({ accounts: 0, gone: [] });
    stage.nowMs += 1;
    const { accounts, gone } = await tick();
    expect([accounts, gone.toSorted()]).toEqual([1, [taskId, late, late].toSorted()]);
    await expect(stage.objects.get(`inputs/${taskId}/0`)).rejects.toThrow();
  });

  it('is not called erased by a pass that began too early, however late that ends', async () => {
    const taskIds = [await made(), await made()];
    await deleted(stage.nowMs - 49 * MINUTE_MS);
    expect(await tick(2)).toMatchObject({ accounts: 0 });
    await stage.objects.put(`inputs/${taskIds[0]}/0`, bytes, 'image/jpeg');
    stage.nowMs += 10 * MINUTE_MS;
    expect(await tick(2)).toMatchObject({ accounts: 0, gone: [] });
    expect(await tick(3)).toMatchObject({ accounts: 1 });
    await expect(stage.objects.get(`inputs/${taskIds[0]}/0`)).rejects.toThrow();
  });
});
