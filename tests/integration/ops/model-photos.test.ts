import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  listModelPhotos as listOperation,
  saveModelPhoto as saveOperation,
} from '../../../shared/contract/ops-models.ts';
import { readModelPhoto } from '../../../shared/engines/model-photos.ts';
import { listModelPhotos } from '../../../shared/ops/list-model-photos.ts';
import { type ModelPhoto, saveModelPhoto } from '../../../shared/ops/save-model-photo.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

const POSE = { gender: 'female', scene: 'studio', pose: 4 } as const;
let stage: TaskStage;
let jpeg: Buffer;
let writes = 0;
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo('jpeg', { width: 600, height: 800 })];
});
afterAll(() => stage.leave());

const save = (over: Partial<ModelPhoto>, key = `write-${++writes}`, requestHash = 'a'.repeat(64)) =>
  saveModelPhoto(
    stage.db,
    stage.bucket,
    { ...POSE, enabled: false, reason: '上新', ...over },
    {
      ...{ operatorId: 'mch_operator', action: 'save-model-photo', requestId: 'req_1' },
      ...{ idempotencyKey: key, requestHash, nowMs: stage.nowMs },
    },
  );
const upload = { contentType: 'image/jpeg', sizeBytes: 0 };
const send = async (bytes: Buffer) => {
  const saved = await save({ upload: { ...upload, sizeBytes: bytes.length } });
  if (!('upload' in saved)) throw new Error('no upload was answered');
  expect(z.safeParse(saveOperation.output, saved).error).toBeUndefined();
  const { url, headers } = saved.upload;
  const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) });
  expect(put.status).toBe(200);
  return new URL(url).pathname.replace(/^\/[^/]+\//, '');
};
const inUse = () => readModelPhoto(stage.db, POSE);
const audited = async () =>
  (await stage.db.query("SELECT seq FROM audit_log WHERE action = 'save-model-photo'")).length;

describe("an operator's photo of a model", () => {
  it('is in use once it was uploaded, is a picture, and somebody took it into use', async () => {
    await expect(save({ enabled: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const key = await send(jpeg);
    expect(key).toMatch(/^models\/female-studio-4\/[0-9a-f]{24}$/);
    expect(await inUse()).toBeUndefined();
    expect(await save({ enabled: true })).toEqual({ ...POSE, enabled: true });
    expect(await inUse()).toBe(key);
    const list = await listModelPhotos(stage.db, stage.bucket, stage.nowMs);
    expect(z.safeParse(listOperation.output, list).error).toBeUndefined();
    expect(list).toMatchObject({ missing: 71, items: [{ ...POSE, enabled: true, savedBy: 'mch_operator' }] });
    expect((await fetch(list.items[0]?.url ?? '')).status).toBe(200);
  });

  it('stays in use while the next one waits, and is replaced when that one is taken', async () => {
    const before = await inUse();
    const next = await send(jpeg);
    expect([await inUse(), next === before]).toEqual([before, false]);
    const { items } = await listModelPhotos(stage.db, stage.bucket, stage.nowMs);
    expect(items[0]?.pendingUrl).toContain(next);
    await save({ enabled: true });
    expect(await inUse()).toBe(next);
  });

  it('is not taken into use when nothing, or no picture, has been uploaded', async () => {
    const before = await inUse();
    await save({ upload: { ...upload, sizeBytes: 10 } });
    const refused = { code: 'VALIDATION_FAILED', fields: [{ path: 'enabled', rule: 'picture' }] };
    await expect(save({ enabled: true })).rejects.toMatchObject(refused);
    await send(Buffer.from('this is no picture'));
    await expect(save({ enabled: true })).rejects.toMatchObject(refused);
    expect(await inUse()).toBe(before);
  });

  it('cannot be put in the place of one that was looked at', async () => {
    const saved = await save({ upload: { ...upload, sizeBytes: jpeg.length } }, 'slot');
    if (!('upload' in saved)) throw new Error('no upload was answered');
    const put = async () => {
      const { url, headers } = saved.upload;
      return (await fetch(url, { method: 'PUT', headers, body: new Uint8Array(jpeg) })).status;
    };
    expect([await put(), await put()]).toEqual([200, 409]);
  });

  it('that was out of use comes back as it was, though another waits that never came', async () => {
    const key = await send(jpeg);
    await save({ enabled: true });
    await save({ upload: { ...upload, sizeBytes: 10 } });
    await save({ enabled: false });
    const [row] = await stage.db.query(
      'SELECT object_key AS inUse, pending_key AS next FROM model_photos WHERE pose = 4',
    );
    expect(row).toEqual({ inUse: key, next: expect.stringMatching(/^models\//) });
    await send(jpeg);
    await save({ enabled: true });
  });

  it('can be taken out of use', async () => {
    await send(jpeg);
    await save({ enabled: true });
    await save({ enabled: false });
    expect(await inUse()).toBeUndefined();
    await save({ enabled: true });
    expect(await inUse()).toBeDefined();
  });

  it('is written once a key, each time with its row of the log; another wish under the key is refused', async () => {
    const before = await audited();
    const ask = { upload: { ...upload, sizeBytes: 10 } };
    const [one, two] = [await save(ask, 'same'), await save(ask, 'same')];
    expect(one).toEqual(two);
    expect((await audited()) - before).toBe(1);
    await expect(save({ enabled: false }, 'same', 'b'.repeat(64))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });
});
