import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { createBatch } from '../../../shared/tasks/create-batch.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { DAY_MS, grantCredits, newMerchant, taskRequest } from '../../fixtures/product-database.ts';
import { type TaskStage, taskStage } from '../../fixtures/task-stage.ts';

let stage: TaskStage;
let merchant: string;
beforeAll(async () => {
  stage = await taskStage();
});
afterAll(() => stage.leave());
beforeEach(async () => {
  merchant = await newMerchant(stage.db);
});
const card = (set: string) => stage.db.write(`UPDATE features SET ${set} WHERE id = 'basic_clean'`);
afterEach(() => card("rate_limit = NULL, rate_window_s = NULL, access = 'basic'"));

let keys = 0;
const batch = (count: number, nowMs = stage.nowMs) =>
  createBatch(stage.db, stage.bucket, {
    ...{ merchantId: merchant, featureId: 'basic_clean', language: 'zh', nowMs, requestHash: 'a'.repeat(64) },
    ...{ idempotencyKey: `limit-${++keys}`, form: {} },
    photos: Array.from({ length: count }, (_, n) => ({
      name: `${n}.jpg`,
      contentType: 'image/jpeg' as const,
      sizeBytes: 9,
    })),
  });
const task = (nowMs = stage.nowMs) => createTask(stage.db, taskRequest(merchant, { nowMs }));
const limitedFor = (seconds: number) => ({ code: 'RATE_LIMITED', headers: { 'Retry-After': String(seconds) } });
const KINDS = [
  ['a task', task],
  ['a batch of one', (nowMs?: number) => batch(1, nowMs)],
] as const;

describe.each(KINDS)('the limit of a card, met by %s', (_kind, create) => {
  beforeEach(async () => {
    await grantCredits(stage.db, merchant, 20);
    await card('rate_limit = 4, rate_window_s = 60');
  });

  it('lets so many through, says when the next may come, and keeps to it to the millisecond', async () => {
    for (let n = 0; n < 4; n++) await create();
    await expect(create()).rejects.toMatchObject(limitedFor(15));
    await expect(create(stage.nowMs + 10_000)).rejects.toMatchObject(limitedFor(5));
    await expect(create(stage.nowMs + 14_999)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await create(stage.nowMs + 15_000);
    await expect(create(stage.nowMs + 15_000)).rejects.toMatchObject(limitedFor(15));
    const { available } = await queryQuota(stage.db, merchant, stage.nowMs);
    expect(available).toBe(15);
  });

  it('is full again after its window, and no fuller', async () => {
    for (let n = 0; n < 4; n++) await create();
    const laterMs = stage.nowMs + 600_000;
    for (let n = 0; n < 4; n++) await create(laterMs);
    await expect(create(laterMs)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});

it('a batch counts each of its photos against the card’s limit', async () => {
  await grantCredits(stage.db, merchant, 20);
  await card('rate_limit = 4, rate_window_s = 60');
  await batch(3);
  await expect(batch(2)).rejects.toMatchObject(limitedFor(15));
  await batch(1);
});

describe.each(KINDS)('what pays for %s', (_kind, create) => {
  it('is a lot that is not over and not revoked', async () => {
    await grantCredits(stage.db, merchant, 5, { expiresAtMs: stage.nowMs });
    const revoked = await grantCredits(stage.db, merchant, 5);
    await stage.db.write('UPDATE quota_lots SET revoked_at = created_at WHERE id = ?', [revoked]);
    await expect(create()).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
  });

  it('is the lot that ends first', async () => {
    await grantCredits(stage.db, merchant, 5, { expiresAtMs: stage.nowMs + 9 * DAY_MS });
    const first = await grantCredits(stage.db, merchant, 5, { expiresAtMs: stage.nowMs + DAY_MS });
    await create();
    const [row] = await stage.db.query('SELECT remaining FROM quota_lots WHERE id = ?', [first]);
    expect(row).toEqual({ remaining: 4 });
  });

  it('is a member’s lot where the card is for members, and any other is none', async () => {
    await card("access = 'member'");
    await grantCredits(stage.db, merchant, 5, { access: 'basic' });
    await expect(create()).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await grantCredits(stage.db, merchant, 1, { access: 'member' });
    await create();
    await expect(create()).rejects.toMatchObject({ code: 'CREDITS_SHORT' });
  });
});

it.each(KINDS)('a card that is open to some is closed to others: %s', async (_kind, create) => {
  await grantCredits(stage.db, merchant, 5);
  await card("access = 'whitelist'");
  await stage.db.write('INSERT INTO feature_merchants (feature_id, merchant_id, added_at) VALUES (?, ?, ?)', [
    ...['basic_clean', await newMerchant(stage.db), '2026-01-01'],
  ]);
  await expect(create()).rejects.toMatchObject({ code: 'FEATURE_CLOSED' });
});

it('a batch under a new key is not answered with an earlier one', async () => {
  await grantCredits(stage.db, merchant, 3);
  await batch(2);
  await expect(batch(2)).rejects.toMatchObject({ code: 'CREDITS_SHORT' });
});
