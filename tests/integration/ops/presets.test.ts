import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { listPresets as listOperation, savePreset as saveOperation } from '../../../shared/contract/presets.ts';
import { parseInputKey, parseWorkKey } from '../../../shared/cos/keys.ts';
import { CARD_FRESH_MS } from '../../../shared/features/read-card.ts';
import { type PicturePreset, PRESETS } from '../../../shared/media/platforms/presets.ts';
import { listPresets } from '../../../shared/ops/list-presets.ts';
import { rerunTask } from '../../../shared/ops/rerun-task.ts';
import { type PresetSaving, savePreset } from '../../../shared/ops/save-preset.ts';
import { shanghaiDay } from '../../../shared/shanghai-day.ts';
import { acceptInput } from '../../../shared/tasks/accept-input.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { CATALOGUE } from '../../../shared/tasks/processor-catalogue.ts';
import { retryTask } from '../../../shared/tasks/retry-task.ts';
import { type Processor, runUnit } from '../../../shared/tasks/run-unit.ts';
import { grantCredits, newMerchant, stateOf, taskRequest } from '../../fixtures/product-database.ts';
import { photo, type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

const URL = 'https://help.jd.com/user/issue.html';
let stage: TaskStage;
let jpeg: Buffer;
beforeAll(async () => {
  [stage, jpeg] = [await taskStage(), await photo()];
});
afterAll(() => stage.leave());

let writes = 0;
const list = () => listPresets(stage.db);
const presetOf = async (id: string) => (await list()).items.find((one) => one.id === id) as PicturePreset;
const asked = async (over: Partial<PresetSaving> = {}): Promise<PresetSaving> => {
  const { width, height, bytes, ground, fill, margin, source, sourceUrl } = await presetOf('jd-main');
  const seen = { presetId: 'jd-main', width, height, bytes, ground, fill, margin, source, sourceUrl };
  return { ...seen, verified: false, baseVersion: (await list()).version, reason: '核对规则', ...over };
};
const save = async (over: Partial<PresetSaving> = {}, key = `write-${++writes}`, requestHash = 'a'.repeat(64)) =>
  savePreset(stage.db, await asked(over), {
    ...{ operatorId: 'mch_operator', action: 'save-preset', requestId: 'req_1', idempotencyKey: key, requestHash },
    nowMs: stage.nowMs,
  });
const lastDetails = async () => {
  const [row] = await stage.db.query<{ target: string; details: string }>(
    "SELECT target, details_json AS details FROM audit_log WHERE action = 'save-preset' ORDER BY seq DESC LIMIT 1",
  );
  return { target: row?.target, ...JSON.parse(row?.details ?? '{}') };
};

describe('what shops ask of pictures', () => {
  it('is at first what the product was built with; each says by which source, and when somebody verified it', async () => {
    const shown = await list();
    expect(z.safeParse(listOperation.output, shown).error).toBeUndefined();
    expect(shown).toMatchObject({ version: 1, savedBy: 'migration', items: PRESETS });
  });

  it('is verified today with the address of the source, and with what it was in the log', async () => {
    expect(await presetOf('jd-main')).toMatchObject({ verifiedAt: null, sourceUrl: '' });
    const today = shanghaiDay(stage.nowMs);
    expect(await save({ width: 1000, height: 1000, sourceUrl: URL, verified: true })).toEqual({
      version: 2,
      verifiedAt: today,
    });
    expect(await presetOf('jd-main')).toMatchObject({ width: 1000, sourceUrl: URL, verifiedAt: today });
    expect(await lastDetails()).toEqual({
      ...{ target: 'jd-main', version: 2 },
      before: { width: 800, height: 800, sourceUrl: '', verifiedAt: null },
      after: { width: 1000, height: 1000, sourceUrl: URL, verifiedAt: today },
    });
    expect((await list()).items.filter(({ id }) => id !== 'jd-main')).toEqual(
      PRESETS.filter(({ id }) => id !== 'jd-main'),
    );
  });

  it('counts as verified by nobody when its figures change without that, and stays verified when only words do', async () => {
    const today = shanghaiDay(stage.nowMs);
    expect(await save({ source: '商家后台 · 图片规范' })).toMatchObject({ verifiedAt: today });
    expect(await save({ width: 900, height: 900 })).toMatchObject({ verifiedAt: null });
    expect(await save({ verified: true })).toMatchObject({ verifiedAt: today });
  });

  it('is saved once a key, and not over what another has saved', async () => {
    const over = await asked({ fill: 0.8 });
    expect(await save(over, 'once')).toEqual(await save(over, 'once'));
    await expect(save({ ...over, fill: 0.7 }, 'once', 'b'.repeat(64))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    await expect(save(over)).rejects.toMatchObject({ code: 'SETTINGS_CHANGED' });
    await expect(save({ baseVersion: 900 })).rejects.toMatchObject({ code: 'SETTINGS_CHANGED' });
    await expect(save({ presetId: 'no-such' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each<[string, Partial<PresetSaving>, string]>([
    ['a picture of no size', { width: 0 }, 'width'],
    ['one too large to draw', { height: 4097 }, 'height'],
    ['no room for the bytes of a JPEG', { bytes: { min: 300_000, max: 305_000 } }, 'bytes.max'],
    ['a garment that leaves no margin', { fill: 0.95, margin: 0.05 }, 'margin'],
    ['half a page as its source', { sourceUrl: 'http://help.jd.com' }, 'sourceUrl'],
    ['a date without a page', { sourceUrl: '', verified: true }, 'sourceUrl'],
  ])('is not %s', async (_what, over, path) => {
    const parsed = z.safeParse(saveOperation.input, await asked(over));
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(z.safeParse(saveOperation.input, await asked()).success).toBe(true);
  });
});

describe('a task', () => {
  let merchant: string;
  let isBroken = false;
  const given: (number | undefined)[] = [];
  beforeEach(async () => {
    merchant = await newMerchant(stage.db);
    await grantCredits(stage.db, merchant, 20, { nowMs: stage.nowMs, expiresAtMs: stage.nowMs + 30 * 86_400_000 });
    given.length = 0;
  });
  const make =
    (name: string): Processor =>
    async (_pictures, _limitMs, { presets }) => {
      if (isBroken && name.endsWith('.jpg')) throw new Error('broken');
      if (name.endsWith('.jpg')) given.push(presets?.find(({ id }) => id === 'jd-main')?.width);
      return [{ name, contentType: 'image/jpeg', width: 1, height: 1, bytes: jpeg, flags: [] }];
    };
  const processors = { cutout: make('cutout.png'), 'platform-pack': make('jd-main.jpg') };
  const run = (unit: { taskId: string; step: number; unit: number }) =>
    runUnit({ ...stage, clock: () => stage.nowMs, processors, onFailure: () => undefined }, unit);
  const runEvents = async (): Promise<void> => {
    for (let keys = stage.takeEvents(); keys.length > 0; keys = stage.takeEvents()) {
      for (const key of keys) {
        const [input, work] = [parseInputKey(key), parseWorkKey(key)];
        if (input) await acceptInput(stage, input, stage.nowMs);
        if (!work) continue;
        await run({ taskId: work.taskId, step: Number(work.step), unit: Number(work.unit) });
      }
    }
  };
  const order = async (): Promise<string> => {
    const inputs = [{ contentType: 'image/jpeg' as const, sizeBytes: jpeg.length, field: 'photo' }];
    const form = { platforms: ['jd'] };
    const request = taskRequest(merchant, { featureId: 'platform_pack', nowMs: stage.nowMs, inputs, form });
    return (await createTask(stage.db, request)).taskId;
  };
  const send = (taskId: string) => stage.objects.put(`inputs/${taskId}/0`, jpeg, 'image/jpeg');

  it('keeps the edition that it was ordered by, and the next ones follow a change within half a minute', async () => {
    await save({ width: 1100, height: 1100 });
    const before = await order();
    await save({ width: 1200, height: 1200 });
    await send(before);
    await runEvents();
    stage.nowMs += CARD_FRESH_MS;
    await send(await order());
    await runEvents();
    expect(given).toEqual([1100, 1200]);
  });

  it('that goes on where another ended keeps the edition of that one, whoever repeats it; from the beginning it has the newest', async () => {
    await save({ width: 1300, height: 1300 });
    stage.nowMs += CARD_FRESH_MS;
    const old = await order();
    isBroken = true;
    await send(old);
    await runEvents();
    for (let attempt = 1; attempt < 3; attempt++) {
      stage.nowMs += 60_000;
      await run({ taskId: old, step: 1, unit: 0 });
    }
    expect(await stateOf(stage.db, old)).toBe('failed');
    isBroken = false;
    await save({ width: 1400, height: 1400 });
    stage.nowMs += CARD_FRESH_MS;
    const asked = { merchantId: merchant, taskId: old, requestHash: 'c'.repeat(64), nowMs: stage.nowMs };
    await retryTask(stage.db, stage.bucket, { ...asked, idempotencyKey: 'goes-on' });
    await runEvents();
    await rerunTask(
      { ...stage, catalogue: CATALOGUE, retention: { INPUT_DAYS: 7 } },
      { taskId: old, charge: 'merchant', reason: '引擎故障', trace: 'req_1' },
      {
        ...{ operatorId: 'mch_operator', action: 'rerun-task', requestId: 'req_1', idempotencyKey: 'rerun' },
        ...{ requestHash: 'd'.repeat(64), nowMs: stage.nowMs },
      },
    );
    await runEvents();
    expect(given).toEqual([1300, 1300]);
    await retryTask(stage.db, stage.bucket, { ...asked, idempotencyKey: 'anew', form: { platforms: ['jd'] } });
    await runEvents();
    expect(given).toEqual([1300, 1300, 1400]);
  });
});
