import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  getTask as getTaskOperation,
  listFeatures as listFeaturesOperation,
  listTasks as listTasksOperation,
} from '../../../shared/contract/tasks.ts';
import { listFeatures } from '../../../shared/features/list-features.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import { moderationName } from '../../../shared/moderation/moderation-setting.ts';
import { getTask } from '../../../shared/tasks/get-task.ts';
import { listTasks } from '../../../shared/tasks/list-tasks.ts';
import { CATALOGUE } from '../../../shared/tasks/processor-catalogue.ts';
import { failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
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
  RETENTION,
} from '../../fixtures/product-database.ts';

const bucket = {
  bucket: 'pictures-1250000000',
  region: 'ap-guangzhou',
  credentials: () => ({ secretId: 'AKIDreader', secretKey: 'for this test only', sessionToken: 'session' }),
};

let product: ProductDatabase;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
  merchant = await newMerchant(product.db);
  await grantCredits(product.db, merchant, 1000);
});
afterAll(() => product.close());

const read = (taskId: string, { who = merchant, nowMs = NOW_MS, language = 'zh' as 'zh' | 'en' } = {}) =>
  getTask(product.db, bucket, who, taskId, { nowMs, language, retention: RETENTION });

async function succeeded(): Promise<string> {
  const taskId = await newTask(product.db, merchant);
  await queueTask(product.db, taskId);
  const lease = await claimTask(product.db, taskId);
  const key = `outputs/${taskId}/0/0/${lease.leaseId}/white.jpg`;
  await finishUnit(product.db, lease, [{ ...OUTPUT, key, flags: 'below_38kb' }], NOW_MS);
  return taskId;
}

describe('a task that is read', () => {
  it('says what it waits for and when to ask again, and has no results', async () => {
    const taskId = await newTask(product.db, merchant);
    const task = await read(taskId);
    expect(task).toMatchObject({ taskId, state: 'awaiting_upload', refunded: false, outputs: [], pollAfterMs: 1000 });
    expect(task.inputs).toMatchObject([{ n: 0, contentType: 'image/jpeg', sizeBytes: 1000, received: false }]);
    expect((await read(taskId, { nowMs: NOW_MS + 3_600_000 })).pollAfterMs).toBe(10_000);
  });

  it('that succeeded has a signed link of fifteen minutes to each result, and is asked for no more', async () => {
    const task = await read(await succeeded());
    expect(task.pollAfterMs).toBeUndefined();
    const [output] = task.outputs;
    expect(output).toMatchObject({ name: 'white.jpg', flags: ['below_38kb'], urlExpiresAtMs: NOW_MS + 900_000 });
    const url = new URL(output?.url ?? '');
    expect(url.host).toBe('pictures-1250000000.cos.ap-guangzhou.myqcloud.com');
    expect(url.searchParams.get('x-cos-security-token')).toBe('session');
    // The SDK's way: the window begins a second ago.
    expect(url.searchParams.get('q-sign-time')).toBe(`${NOW_MS / 1000 - 1};${NOW_MS / 1000 + 901}`);
  });

  it('reads the same as long as nothing has changed, so that a poll is answered 304; its links are renewed every minute', async () => {
    const taskId = await succeeded();
    const first = await read(taskId);
    expect(await read(taskId, { nowMs: NOW_MS + 59_999 })).toEqual(first);
    const later = await read(taskId, { nowMs: NOW_MS + 60_000 });
    expect(later.outputs[0]?.url).not.toBe(first.outputs[0]?.url);
    expect(later.outputs[0]?.urlExpiresAtMs).toBe(NOW_MS + 960_000);
  });

  it('that failed says why in the language asked for, and that its credits are back', async () => {
    const taskId = await newTask(product.db, merchant);
    await queueTask(product.db, taskId);
    await failUnit(product.db, await claimTask(product.db, taskId), { code: 'GARMENT_NOT_FOUND' }, NOW_MS);
    expect(await read(taskId)).toMatchObject({
      state: 'failed',
      refunded: true,
      error: { code: 'GARMENT_NOT_FOUND', message: '没有在照片中找到服装' },
    });
    expect((await read(taskId, { language: 'en' })).error?.message).toBe('No garment was found in the photo');
  });

  it('of another merchant, or of nobody, is answered as none', async () => {
    const taskId = await newTask(product.db, merchant);
    const stranger = await newMerchant(product.db);
    const codes = [read(taskId, { who: stranger }), read('tsk_00000000000000000000000000')].map((reading) =>
      reading.catch((error: unknown) => (error instanceof ApiError ? error.code : error)),
    );
    expect(await Promise.all(codes)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
  });

  it('is what the contract says', async () => {
    for (const taskId of [await newTask(product.db, merchant), await succeeded()]) {
      expect(
        z.safeParse(getTaskOperation.output, JSON.parse(JSON.stringify(await read(taskId)))).error,
      ).toBeUndefined();
    }
  });
});

describe("a merchant's tasks", () => {
  it('come newest first, page by page, each once, and none of another merchant', async () => {
    const [own, other] = [await newMerchant(product.db), await newMerchant(product.db)];
    for (const who of [own, other]) await grantCredits(product.db, who, 10);
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push(await newTask(product.db, own, NOW_MS + i));
    await newTask(product.db, other, NOW_MS + 9);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTasks(product.db, own, { limit: 2, cursor }, 'zh');
      expect(z.safeParse(listTasksOperation.output, JSON.parse(JSON.stringify(page))).error).toBeUndefined();
      seen.push(...page.items.map(({ taskId }) => taskId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(made.reverse());
  });

  it('can be those of one state', async () => {
    const taskId = await succeeded();
    const { items } = await listTasks(product.db, merchant, { limit: 100, state: 'succeeded' }, 'zh');
    expect(items.map((item) => item.taskId)).toContain(taskId);
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['succeeded']));
  });
});

describe('the cards', () => {
  it('are listed with names in both languages, price, form and results; closed ones say why', async () => {
    const list = (merchantId?: string) => listFeatures(product.db, CATALOGUE, merchantId);
    const features = await list();
    expect(
      z.safeParse(listFeaturesOperation.output, { features, moderation: moderationName('') }).error,
    ).toBeUndefined();
    expect(features.filter(({ featureId }) => featureId === 'basic_clean')).toMatchObject([
      { featureId: 'basic_clean', nameZh: '基础修图', nameEn: 'Basic clean-up', credits: 1, outputs: [{}, {}, {}] },
    ]);
    await product.db.write("UPDATE features SET enabled = 0 WHERE id = 'basic_clean'");
    expect((await list())[0]).toMatchObject({ closed: { zh: '该功能暂未开放', en: 'The feature is not open' } });
    await product.db.write("UPDATE features SET enabled = 1 WHERE id = 'basic_clean'");
  });
});
