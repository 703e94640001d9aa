import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiError } from '../../../shared/http/api-error.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  type ProductDatabase,
  productDatabase,
  remainingOf,
  taskRequest,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());

const codes = (results: PromiseSettledResult<unknown>[]) =>
  new Set(results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as ApiError).code] : [])));
const created = (results: PromiseSettledResult<unknown>[]) =>
  results.filter((result) => result.status === 'fulfilled').length;

describe('spending credits', () => {
  it('lets exactly 10 of 64 tasks at once be created on 10 credits', async () => {
    const merchant = await newMerchant(product.db);
    await grantCredits(product.db, merchant, 10);
    const connections = product.connections(32);
    const results = await Promise.allSettled(
      Array.from({ length: 64 }, (_, i) => createTask(connections[i % 32]!, taskRequest(merchant))),
    );
    expect(created(results)).toBe(10);
    expect(codes(results)).toEqual(new Set(['CREDITS_SHORT']));
    expect(await queryQuota(product.db, merchant, NOW_MS)).toEqual({ available: 0, lots: [] });
    expect(await product.audit()).toEqual([]);
  });

  it('lets exactly 100 of 256 tasks at once be created on 100 credits in three lots', async () => {
    const merchant = await newMerchant(product.db);
    for (const amount of [50, 30, 20]) await grantCredits(product.db, merchant, amount);
    const connections = product.connections(32);
    const results = await Promise.allSettled(
      Array.from({ length: 256 }, (_, i) => createTask(connections[i % 32]!, taskRequest(merchant))),
    );
    expect(created(results)).toBe(100);
    expect(await product.audit()).toEqual([]);
  });

  it('spends what expires first, first', async () => {
    const merchant = await newMerchant(product.db);
    const late = await grantCredits(product.db, merchant, 2, { expiresAtMs: NOW_MS + 20 * DAY_MS });
    const soon = await grantCredits(product.db, merchant, 1, { expiresAtMs: NOW_MS + 2 * DAY_MS });
    await createTask(product.db, taskRequest(merchant));
    expect([await remainingOf(product.db, soon), await remainingOf(product.db, late)]).toEqual([0, 2]);
  });

  it('takes a task over the edge of one lot from the next', async () => {
    const merchant = await newMerchant(product.db);
    await product.db.write(
      'INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, pipeline_json, outputs_json, position) SELECT ?, version, name_zh, name_en, category, summary_zh, summary_en, 5, access, enabled, max_inputs, pipeline_json, outputs_json, position FROM features WHERE id = ?',
      ['costs_five', 'basic_clean'],
    );
    const soon = await grantCredits(product.db, merchant, 3, { expiresAtMs: NOW_MS + DAY_MS });
    const late = await grantCredits(product.db, merchant, 4);
    const task = await createTask(product.db, taskRequest(merchant, { featureId: 'costs_five' }));
    expect(task.credits).toBe(5);
    expect([await remainingOf(product.db, soon), await remainingOf(product.db, late)]).toEqual([0, 2]);
    expect(await product.audit()).toEqual([]);
  });

  it('judges expiry at the moment of spending: to the millisecond', async () => {
    const merchant = await newMerchant(product.db);
    await grantCredits(product.db, merchant, 2, { expiresAtMs: NOW_MS + 1 });
    await createTask(product.db, taskRequest(merchant));
    await expect(createTask(product.db, taskRequest(merchant, { nowMs: NOW_MS + 1 }))).rejects.toMatchObject({
      code: 'NOT_A_MEMBER',
    });
  });

  it('tells no live lot from a lot that is too small', async () => {
    const merchant = await newMerchant(product.db);
    await expect(createTask(product.db, taskRequest(merchant))).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await grantCredits(product.db, merchant, 1);
    await createTask(product.db, taskRequest(merchant));
    await expect(createTask(product.db, taskRequest(merchant))).rejects.toMatchObject({ code: 'CREDITS_SHORT' });
  });

  it('does not spend a revoked lot', async () => {
    const merchant = await newMerchant(product.db);
    const lot = await grantCredits(product.db, merchant, 1);
    await product.db.write('UPDATE quota_lots SET revoked_at = created_at WHERE id = ?', [lot]);
    await expect(createTask(product.db, taskRequest(merchant))).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
  });

  it("spends only members' credits on a members' card", async () => {
    const merchant = await newMerchant(product.db);
    await product.db.write(
      "INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, pipeline_json, outputs_json, position) SELECT ?, version, name_zh, name_en, category, summary_zh, summary_en, 1, 'member', enabled, max_inputs, pipeline_json, outputs_json, position FROM features WHERE id = ?",
      ['for_members', 'basic_clean'],
    );
    await grantCredits(product.db, merchant, 1, { access: 'basic' });
    const request = () => taskRequest(merchant, { featureId: 'for_members' });
    await expect(createTask(product.db, request())).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    const lot = await grantCredits(product.db, merchant, 1, { expiresAtMs: NOW_MS + 60 * DAY_MS });
    await createTask(product.db, request());
    expect(await remainingOf(product.db, lot)).toBe(0);
  });

  it('answers an unknown card, a closed card and too many photos each by its own code, and takes nothing', async () => {
    const merchant = await newMerchant(product.db);
    const lot = await grantCredits(product.db, merchant, 1);
    await product.db.write(
      "INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, pipeline_json, outputs_json, position) SELECT ?, version, name_zh, name_en, category, summary_zh, summary_en, 1, 'basic', 0, max_inputs, pipeline_json, outputs_json, position FROM features WHERE id = ?",
      ['closed_card', 'basic_clean'],
    );
    const attempt = (over: object) => createTask(product.db, taskRequest(merchant, over));
    await expect(attempt({ featureId: 'nothing' })).rejects.toMatchObject({ code: 'FEATURE_NOT_FOUND' });
    await expect(attempt({ featureId: 'closed_card' })).rejects.toMatchObject({ code: 'FEATURE_CLOSED' });
    const photo = { contentType: 'image/jpeg', sizeBytes: 1 };
    await expect(attempt({ inputs: [photo, photo] })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: 'inputs', rule: 'max:1' }],
    });
    expect(await remainingOf(product.db, lot)).toBe(1);
  });
});

describe('an idempotency key', () => {
  it('makes one task of 16 requests at once, and answers each with it', async () => {
    const merchant = await newMerchant(product.db);
    const lot = await grantCredits(product.db, merchant, 5);
    const request = taskRequest(merchant);
    const tasks = await Promise.all(product.connections(16).map((db) => createTask(db, request)));
    expect(new Set(tasks.map(({ taskId }) => taskId)).size).toBe(1);
    expect(await remainingOf(product.db, lot)).toBe(4);
  });

  it('answers the same after the credits are spent, the rate is reached, and the card is closed', async () => {
    const merchant = await newMerchant(product.db);
    await grantCredits(product.db, merchant, 1);
    const request = taskRequest(merchant);
    const first = await createTask(product.db, request);
    await product.db.write('UPDATE accounts SET create_tat_ms = ? WHERE merchant_id = ?', [NOW_MS + DAY_MS, merchant]);
    expect(await createTask(product.db, { ...request, nowMs: NOW_MS + 5 })).toEqual(first);
  });

  it('refuses another request under a used key', async () => {
    const merchant = await newMerchant(product.db);
    await grantCredits(product.db, merchant, 5);
    const request = taskRequest(merchant);
    await createTask(product.db, request);
    await expect(createTask(product.db, { ...request, requestHash: 'b'.repeat(64) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it("is each merchant's own", async () => {
    const [one, two] = [await newMerchant(product.db), await newMerchant(product.db)];
    for (const merchant of [one, two]) await grantCredits(product.db, merchant, 1);
    const request = taskRequest(one);
    const tasks = [
      await createTask(product.db, request),
      await createTask(product.db, { ...request, merchantId: two }),
    ];
    expect(tasks[0]!.taskId).not.toBe(tasks[1]!.taskId);
  });
});

describe('the rate of creating tasks', () => {
  it('lets the limit through at once, then says when to come back', async () => {
    const merchant = await newMerchant(product.db);
    await grantCredits(product.db, merchant, 700);
    const connections = product.connections(8);
    const results = await Promise.allSettled(
      Array.from({ length: 640 }, (_, i) => createTask(connections[i % 8]!, taskRequest(merchant))),
    );
    expect(created(results)).toBe(600);
    expect(codes(results)).toEqual(new Set(['RATE_LIMITED']));
    await createTask(product.db, taskRequest(merchant, { nowMs: NOW_MS + 100 }));
    await expect(createTask(product.db, taskRequest(merchant, { nowMs: NOW_MS + 100 }))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      headers: { 'Retry-After': '1' },
    });
  });
});
