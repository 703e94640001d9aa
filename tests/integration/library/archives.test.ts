import { randomBytes } from 'node:crypto';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createArchive as createOperation, getArchive as getOperation } from '../../../shared/contract/archives.ts';
import { outputKey } from '../../../shared/cos/keys.ts';
import { type Objects, ObjectsUnavailable } from '../../../shared/cos/objects.ts';
import { signCosRequest } from '../../../shared/cos/sign-url.ts';
import { openPartUploads } from '../../../shared/cos/upload-parts.ts';
import { type ArchiveServices, buildArchive } from '../../../shared/library/archive/build-archive.ts';
import { createArchive } from '../../../shared/library/archive/create-archive.ts';
import { sweepArchives } from '../../../shared/library/archive/sweep-archives.ts';
import { getArchive } from '../../../shared/library/archive/view-archive.ts';
import { deleteAssets } from '../../../shared/library/mark-results.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import {
  claimTask,
  DAY_MS,
  grantCredits,
  newMerchant,
  newTask,
  queueTask,
  RETENTION,
  replan,
} from '../../fixtures/product-database.ts';
import { type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

const MIB = 1024 * 1024;
let stage: TaskStage;
let services: ArchiveServices;
let merchant: string;
let keys = 0;
const failures: unknown[] = [];

beforeAll(async () => {
  stage = await taskStage();
  const clock = () => stage.nowMs;
  services = {
    ...{ db: stage.db, objects: stage.objects, uploads: openPartUploads({ ...stage.bucket, clock }) },
    ...{ retention: RETENTION, clock, onFailure: ({ error }) => failures.push(error) },
  };
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await newMerchant(stage.db);
  await grantCredits(stage.db, merchant, 200, { expiresAtMs: stage.nowMs + 400 * DAY_MS });
  failures.length = 0;
  stage.takeEvents();
});

/** Ends the task with results of these names and bytes, under keys of its own. */
async function succeed(taskId: string, files: Record<string, Buffer>): Promise<string[]> {
  await replan(stage.db, taskId, { units: 1 });
  await queueTask(stage.db, taskId, stage.nowMs);
  const lease = await claimTask(stage.db, taskId, stage.nowMs);
  const outputs = Object.entries(files).map(([name, bytes]) => ({
    ...{ name, contentType: name.endsWith('.mp4') ? 'video/mp4' : 'image/jpeg', width: 8, height: 8, flags: '' },
    ...{ key: outputKey({ taskId, step: '0', unit: '0', leaseId: lease.leaseId, name }), sizeBytes: bytes.length },
  }));
  for (const { key, name, contentType } of outputs) await stage.objects.put(key, files[name] as Buffer, contentType);
  expect(await finishUnit(stage.db, lease, outputs, stage.nowMs)).toBe('succeeded');
  return outputs.map(({ key }) => key);
}
const made = async (files: Record<string, Buffer>) => {
  const taskId = await newTask(stage.db, merchant, stage.nowMs);
  return { taskId, keys: await succeed(taskId, files) };
};
const newBatch = (names: readonly string[]) =>
  createBatch(stage.db, stage.bucket, {
    ...{ merchantId: merchant, featureId: 'basic_clean', language: 'zh', nowMs: stage.nowMs },
    ...{ idempotencyKey: `batch-${++keys}`, requestHash: 'a'.repeat(64) },
    photos: names.map((name) => ({ name, contentType: 'image/jpeg' as const, sizeBytes: 1000 })),
  });
const order = (source: { batchId?: string; assetIds?: string[] }, over: object = {}) =>
  createArchive(
    { db: stage.db, bucket: stage.bucket, retention: RETENTION },
    {
      ...{ merchantId: merchant, ...source, language: 'zh', idempotencyKey: `archive-${++keys}` },
      ...{ requestHash: 'c'.repeat(64), nowMs: stage.nowMs, ...over },
    },
  );
const read = (archiveId: string, who = merchant) =>
  getArchive(stage, who, archiveId, { language: 'zh', nowMs: stage.nowMs });
const download = async (archiveId: string): Promise<Record<string, Uint8Array>> => {
  const { url } = await read(archiveId);
  return unzipSync(new Uint8Array(await (await fetch(url ?? '')).arrayBuffer()));
};
const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');
const rows = (csv: string) => csv.replace('\ufeff', '').trimEnd().split('\r\n');
/** Uploads in parts that nobody has completed or taken back. */
async function unfinished(): Promise<string[]> {
  const { bucket, credentials } = stage.bucket;
  const startSeconds = Math.floor(stage.nowMs / 1000);
  const time = { startSeconds, endSeconds: startSeconds + 60 };
  const query = { uploads: '' };
  const authorization = signCosRequest({ method: 'GET', key: '', query, credentials: credentials(), ...time });
  const answer = await fetch(`${stage.cosUrl}/${bucket}/?uploads`, { headers: { authorization } });
  expect(answer.status).toBe(200);
  return (await answer.text()).match(/<Key>[^<]*/g) ?? [];
}

describe('an archive of a batch', () => {
  it('holds a folder for each photo in their order, and a list that a spreadsheet opens, failures included', async () => {
    const batch = await newBatch(['春装:*?.jpg', '=1+1.png', 'CON.jpg', '没拍好.jpg', '未上传.jpg']);
    const ids = batch.items.map(({ taskId }) => taskId);
    for (const [n, taskId] of ids.slice(0, 3).entries())
      await succeed(taskId, { 'white.jpg': Buffer.from(`white ${n}`), 'cut.png': Buffer.from(`cut ${n}`) });
    await queueTask(stage.db, ids[3] ?? '', stage.nowMs);
    const lease = await claimTask(stage.db, ids[3] ?? '', stage.nowMs);
    await failUnit(stage.db, lease, { code: 'GARMENT_NOT_FOUND' }, stage.nowMs);
    const ordered = await order({ batchId: batch.batchId });
    expect(z.safeParse(createOperation.output, ordered).error).toBeUndefined();
    expect(ordered).toMatchObject({ state: 'waiting', pollAfterMs: 2000 });
    expect(stage.takeEvents()).toContain(`work/archive/${ordered.archiveId}.json`);

    expect(await buildArchive(services, ordered.archiveId)).toBe('ready');
    const found = await read(ordered.archiveId);
    expect(z.safeParse(getOperation.output, found).error).toBeUndefined();
    expect(found).toMatchObject({ state: 'ready', files: 7, expiresAtMs: stage.nowMs + 3 * DAY_MS });
    const files = await download(ordered.archiveId);
    const folders = ['001 春装___', '002 =1+1', '003 _CON'];
    expect(Object.keys(files)).toEqual([
      ...folders.flatMap((folder) => [`${folder}/cut.png`, `${folder}/white.jpg`]),
      '清单.csv',
    ]);
    expect(textOf(files['002 =1+1/white.jpg'])).toBe('white 1');
    const csv = textOf(files['清单.csv']);
    expect(csv.startsWith('\ufeff文件,原照片,')).toBe(true);
    expect(rows(csv)).toHaveLength(1 + 6 + 2);
    expect(rows(csv).filter((row) => row.includes('=1+1'))[0]).toMatch(/^002 =1\+1\/cut\.png,"'=1\+1\.png",/);
    expect(rows(csv).find((row) => row.includes('没拍好'))).toContain('没有在照片中找到服装');
    expect(rows(csv).find((row) => row.includes('未上传'))).toContain('尚未完成');
    expect((await read(ordered.archiveId)).sizeBytes).toBe(
      (await stage.objects.head(await keyOf(ordered.archiveId))).sizeBytes,
    );
  });

  it('of 100 photos with 14 results each is made with a few megabytes of memory', async () => {
    const batch = await newBatch(Array.from({ length: 100 }, (_, n) => `p${n}.jpg`));
    const bytes = Buffer.alloc(60_000, 7);
    const keyed = `outputs/${batch.items[0]?.taskId}/0/0/l/a.jpg`;
    await stage.objects.put(keyed, bytes, 'image/jpeg');
    await stage.db.write(
      `UPDATE tasks SET state = 'succeeded', ended_at = created_at, sweep_at = NULL, pipeline_json = '[{"processor":"grid","units":1,"timeLimitSeconds":9,"attempts":1}]'
       WHERE merchant_id = ?`,
      [merchant],
    );
    for (const { taskId } of batch.items) {
      await stage.db.write(
        `INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes)
         VALUES ${Array.from({ length: 14 }, (_, n) => `('${taskId}', 0, 0, 'f${n}.jpg', '${merchant}', '${keyed}', 'image/jpeg', 1, 1, 60000)`).join(',')}`,
      );
    }
    const { archiveId } = await order({ batchId: batch.batchId });
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    expect(await buildArchive(services, archiveId)).toBe('ready');
    clearInterval(watch);
    expect(await read(archiveId)).toMatchObject({ files: 1401 });
    expect((await read(archiveId)).sizeBytes).toBeGreaterThan(1400 * 60_000);
    // The bucket's server lives in this process too; the archive is 84 MB.
    expect((peak - before) / MIB).toBeLessThan(200);
  }, 60_000);

  it('is refused to whoever does not own the batch, with nothing in it, and over its size', async () => {
    const { batchId, items } = await newBatch(['a.jpg']);
    await expect(order({ batchId })).rejects.toMatchObject({ code: 'NOTHING_TO_ARCHIVE' });
    const stranger = await newMerchant(stage.db);
    await expect(order({ batchId }, { merchantId: stranger })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await succeed(items[0]?.taskId ?? '', { 'a.jpg': Buffer.from('a') });
    await stage.db.write('UPDATE task_outputs SET size_bytes = 4000000001 WHERE task_id = ?', [items[0]?.taskId ?? '']);
    await expect(order({ batchId })).rejects.toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
  });

  it('is refused over 2,000 files', async () => {
    const { batchId, items } = await newBatch(['a.jpg']);
    const taskId = items[0]?.taskId ?? '';
    await succeed(taskId, {});
    const files = Array.from(
      { length: 2001 },
      (_, n) => `('${taskId}', 0, 0, 'f${n}.jpg', '${merchant}', 'k', 'image/jpeg', 1, 1, 1)`,
    );
    await stage.db.write(
      `INSERT INTO task_outputs (task_id, step, unit, name, merchant_id, object_key, content_type, width, height, size_bytes)
       VALUES ${files.join(',')}`,
    );
    await expect(order({ batchId })).rejects.toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
    await stage.db.write("DELETE FROM task_outputs WHERE task_id = ? AND name = 'f0.jpg'", [taskId]);
    expect(await order({ batchId })).toMatchObject({ state: 'waiting' });
    await stage.db.write('DELETE FROM archives WHERE merchant_id = ?', [merchant]);
  });
});

async function keyOf(archiveId: string): Promise<string> {
  const sql = 'SELECT object_key AS `key` FROM archives WHERE id = ?';
  return (await stage.db.query<{ key: string }>(sql, [archiveId]))[0]?.key ?? '';
}

describe('an archive of chosen results', () => {
  it('holds those and no others, and is read by its merchant alone', async () => {
    const one = await made({ 'white.jpg': Buffer.from('one'), 'grid.jpg': Buffer.from('not chosen') });
    const two = await made({ 'white.jpg': Buffer.from('two') });
    const stranger = await newMerchant(stage.db);
    const { archiveId } = await order({ assetIds: [`${two.taskId}/0/0/white.jpg`, `${one.taskId}/0/0/white.jpg`] });
    await buildArchive(services, archiveId);
    const files = await download(archiveId);
    expect(Object.keys(files)).toEqual(['001 基础修图/white.jpg', '002 基础修图/white.jpg', '清单.csv']);
    expect(textOf(files['001 基础修图/white.jpg'])).toBe('two');
    await expect(read(archiveId, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const theirs = order({ assetIds: [`${one.taskId}/0/0/white.jpg`] }, { merchantId: stranger });
    await expect(theirs).rejects.toMatchObject({ code: 'NOTHING_TO_ARCHIVE' });
  });

  it('carries large files whole: read by ranges, sent in parts, the same bytes each time', async () => {
    const film = randomBytes(9 * MIB + 5);
    const { taskId } = await made({ 'film.mp4': film });
    const contents: Buffer[] = [];
    for (const _ of [1, 2]) {
      const { archiveId } = await order({ assetIds: [`${taskId}/0/0/film.mp4`] });
      expect(await buildArchive(services, archiveId)).toBe('ready');
      const { bytes, etag } = await stage.objects.get(await keyOf(archiveId));
      expect(etag).toMatch(/-2"$/);
      contents.push(bytes);
    }
    expect(Buffer.from(unzipSync(contents[0] ?? Buffer.alloc(0))['001 基础修图/film.mp4'] ?? []).equals(film)).toBe(
      true,
    );
    const withoutName = (bytes: Buffer | undefined) => bytes?.toString('latin1');
    expect(withoutName(contents[0])).toBe(withoutName(contents[1]));
  });

  it('leaves out what was deleted meanwhile and says so, and fails when nothing is left', async () => {
    const one = await made({ 'a.jpg': Buffer.from('a'), 'b.jpg': Buffer.from('b') });
    const assetIds = ['a', 'b'].map((name) => `${one.taskId}/0/0/${name}.jpg`);
    const { archiveId } = await order({ assetIds });
    await stage.objects.delete(one.keys[0] ?? '');
    expect(await buildArchive(services, archiveId)).toBe('ready');
    const files = await download(archiveId);
    expect(Object.keys(files)).toEqual(['001 基础修图/b.jpg', '清单.csv']);
    expect(textOf(files['清单.csv'])).toContain('文件已不存在');
    const second = await order({ assetIds });
    await deleteAssets(stage.db, merchant, assetIds, stage.nowMs);
    expect(await buildArchive(services, second.archiveId)).toBe('empty');
    expect(await read(second.archiveId)).toMatchObject({ state: 'failed', error: { code: 'NOTHING_TO_ARCHIVE' } });
    expect(await unfinished()).toEqual([]);
  });
});

it('not more than five are made for one merchant at once', async () => {
  const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
  const assetIds = [`${taskId}/0/0/a.jpg`];
  const open = [];
  for (const _ of [1, 2, 3, 4, 5]) open.push(await order({ assetIds }));
  await expect(order({ assetIds })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await buildArchive(services, open[0]?.archiveId ?? '');
  open.push(await order({ assetIds }));
  for (const { archiveId } of open.slice(1)) await buildArchive(services, archiveId);
});

describe('an archive ends once, in time', () => {
  it('and the same key answers with the same one, at once or later; with another wish it is refused', async () => {
    const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
    const assetIds = [`${taskId}/0/0/a.jpg`];
    const idempotencyKey = 'the-same';
    const both = await Promise.all([1, 2, 3].map(() => order({ assetIds }, { idempotencyKey })));
    expect(new Set(both.map(({ archiveId }) => archiveId)).size).toBe(1);
    await expect(order({ assetIds }, { idempotencyKey, requestHash: 'd'.repeat(64) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    const archiveId = both[0]?.archiveId ?? '';
    const outcomes = await Promise.all([1, 2, 3].map(() => buildArchive(services, archiveId)));
    expect(outcomes.toSorted()).toEqual(['busy', 'busy', 'ready']);
    expect(await order({ assetIds }, { idempotencyKey })).toMatchObject({ archiveId, state: 'ready' });
  });

  it('though its event is lost, its worker dies, or COS fails for a while', async () => {
    const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
    const { archiveId } = await order({ assetIds: [`${taskId}/0/0/a.jpg`] });
    const work = `work/archive/${archiveId}.json`;
    stage.takeEvents();
    expect(await sweepArchives(stage, stage.nowMs + 29_000)).toMatchObject({ restarted: 0 });
    stage.nowMs += 31_000;
    expect(await sweepArchives(stage, stage.nowMs)).toMatchObject({ restarted: 1, failures: [] });
    expect(stage.takeEvents()).toEqual([work]);
    // A worker that never comes back: only when its lease is over does another get the archive.
    const dead = { ...services, uploads: { write: () => new Promise<never>(() => undefined) } };
    void buildArchive(dead, archiveId);
    await expect.poll(async () => (await read(archiveId)).state).toBe('building');
    expect(await buildArchive(services, archiveId)).toBe('busy');
    stage.nowMs += 631_000;
    expect(await sweepArchives(stage, stage.nowMs)).toMatchObject({ restarted: 1 });
    const away: Objects = { ...stage.objects, get: () => Promise.reject(new ObjectsUnavailable('away')) };
    expect(await buildArchive({ ...services, objects: away }, archiveId)).toBe('waiting');
    expect(failures).toHaveLength(1);
    expect(await unfinished()).toEqual([]);
    expect(await buildArchive(services, archiveId)).toBe('ready');
  });

  it('given up after three attempts, or when nobody could make it in two hours', async () => {
    const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
    const assetIds = [`${taskId}/0/0/a.jpg`];
    const away: Objects = { ...stage.objects, get: () => Promise.reject(new ObjectsUnavailable('away')) };
    const { archiveId } = await order({ assetIds });
    const outcomes = [];
    for (const _ of [1, 2, 3, 4]) outcomes.push(await buildArchive({ ...services, objects: away }, archiveId));
    expect(outcomes).toEqual(['waiting', 'waiting', 'failed', 'busy']);
    expect(await read(archiveId)).toMatchObject({ state: 'failed', error: { code: 'ARCHIVE_FAILED' } });
    const second = await order({ assetIds });
    stage.nowMs += 2 * 3_600_000;
    expect(await sweepArchives(stage, stage.nowMs)).toMatchObject({ given: 1 });
    expect(await read(second.archiveId)).toMatchObject({ state: 'failed' });
  });

  it.each([
    ['finishes', undefined, 'lost'],
    ['fails', new ObjectsUnavailable('away'), 'waiting'],
  ])('by the worker that holds it: a late one that %s meanwhile changes nothing', async (_what, error, outcome) => {
    const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
    const { archiveId } = await order({ assetIds: [`${taskId}/0/0/a.jpg`] });
    const write = services.uploads.write;
    const meet = () => {
      let arrive: () => void = () => undefined;
      const come = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      return { come, arrive };
    };
    const [begun, goOn] = [meet(), meet()];
    let ownKey = '';
    const second: ArchiveServices['uploads'] = {
      write: async (key, ...more) => {
        ownKey = key;
        begun.arrive();
        await goOn.come;
        return write(key, ...more);
      },
    };
    let secondEnds: Promise<string> | undefined;
    const late: ArchiveServices['uploads'] = {
      write: async (...all) => {
        stage.nowMs += 631_000;
        await sweepArchives(stage, stage.nowMs);
        secondEnds = buildArchive({ ...services, uploads: second }, archiveId);
        await begun.come;
        if (error) throw error;
        return write(...all);
      },
    };
    expect(await buildArchive({ ...services, uploads: late }, archiveId)).toBe(outcome);
    expect((await read(archiveId)).state).toBe('building');
    goOn.arrive();
    expect(await secondEnds).toBe('ready');
    expect([(await read(archiveId)).state, await keyOf(archiveId)]).toEqual(['ready', ownKey]);
    expect((await stage.objects.head(ownKey)).sizeBytes).toBeGreaterThan(0);
  });

  it('by one worker: who comes too late deletes what it wrote', async () => {
    const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
    const { archiveId } = await order({ assetIds: [`${taskId}/0/0/a.jpg`] });
    let lateKey = '';
    const late = buildArchive(
      {
        ...services,
        uploads: {
          write: async (key, chunks, type) => {
            lateKey = key;
            stage.nowMs += 631_000;
            await sweepArchives(stage, stage.nowMs);
            expect(await buildArchive(services, archiveId)).toBe('ready');
            return services.uploads.write(key, chunks, type);
          },
        },
      },
      archiveId,
    );
    expect(await late).toBe('lost');
    expect(lateKey).not.toBe('');
    await expect(stage.objects.head(lateKey)).rejects.toMatchObject({ name: 'ObjectNotFound' });
    expect((await stage.objects.head(await keyOf(archiveId))).sizeBytes).toBeGreaterThan(0);
  });

  it('and is deleted after three days, or with the first of its results', async () => {
    const { taskId } = await made({ 'a.jpg': Buffer.from('a') });
    const assetIds = [`${taskId}/0/0/a.jpg`];
    const createdMs = stage.nowMs;
    stage.nowMs += 179 * DAY_MS;
    await sweepArchives(stage, stage.nowMs);
    const { archiveId } = await order({ assetIds });
    await buildArchive(services, archiveId);
    expect(await read(archiveId)).toMatchObject({ expiresAtMs: createdMs + 180 * DAY_MS });
    const key = await keyOf(archiveId);
    stage.nowMs += DAY_MS;
    expect(await read(archiveId)).toEqual(expect.not.objectContaining({ url: expect.anything() }));
    expect(await read(archiveId)).toMatchObject({ state: 'expired' });
    expect(await sweepArchives(stage, stage.nowMs)).toMatchObject({ deleted: 1, failures: [] });
    await expect(stage.objects.head(key)).rejects.toMatchObject({ name: 'ObjectNotFound' });
    expect(await sweepArchives(stage, stage.nowMs)).toMatchObject({ deleted: 0 });
  });
});

describe('the trace of the request that ordered an archive', () => {
  it('is told to each who comes for it, and on the line of what a tick did', async () => {
    const { taskId } = await made({ 'white.jpg': Buffer.from('white') });
    const { archiveId } = await order({ assetIds: [`${taskId}/0/0/white.jpg`] }, { trace: 'a-trace' });
    const moved: unknown[] = [];
    stage.nowMs += 31_000;
    await sweepArchives(stage, stage.nowMs, (one) => void moved.push(one));
    expect(moved).toContainEqual({ did: 'restarted', archiveId, trace: 'a-trace' });
    const told: unknown[] = [];
    const listening = { ...services, onTrace: (trace: string | null) => void told.push(trace) };
    expect(await buildArchive(listening, archiveId)).toBe('ready');
    expect(await buildArchive(listening, archiveId)).toBe('busy');
    expect(await buildArchive(listening, 'arc_nobody')).toBe('busy');
    expect(told).toEqual(['a-trace', 'a-trace', null]);
  });
});
