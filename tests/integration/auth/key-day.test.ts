import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey, listApiKeys } from '../../../shared/auth/api-keys.ts';
import { withinKeyDay } from '../../../shared/auth/within-key-day.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let merchantId: string;
let keys = 0;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  merchantId = await newMerchant(product.db);
});

type Limits = { tasksPerDay?: number; validDays?: number; addresses?: string[] };
const make = (limits: Limits = {}, of = merchantId) =>
  createApiKey(product.db, {
    ...{ merchantId: of, name: '店铺后台', scopes: ['read', 'create'], nowMs: NOW_MS, ...limits },
    ...{ idempotencyKey: `make-${++keys}`, requestHash: 'a'.repeat(64) },
  });
const listed = async (nowMs = NOW_MS) => (await listApiKeys(product.db, merchantId, nowMs)).items;

describe('a key', () => {
  it.each<[string, Limits, object]>([
    ['no limits', {}, {}],
    ['a day’s limit', { tasksPerDay: 9 }, { tasksPerDay: 9 }],
    ['an end', { validDays: 2 }, { expiresAtMs: NOW_MS + 2 * DAY_MS }],
    ['addresses', { addresses: ['203.0.113.7', '2001:db8::/32'] }, { addresses: ['203.0.113.7', '2001:db8::/32'] }],
  ])('with %s is told with what it has, and with nothing that it has not', async (_what, limits, told) => {
    const { key, ...view } = await make(limits);
    expect(view).toStrictEqual({
      ...{ apiKeyId: expect.stringMatching(/^key_[0-9A-Z]{26}$/), name: '店铺后台', hint: key.slice(-4) },
      ...{ scopes: ['create', 'read'], tasksToday: 0, addresses: [], createdAtMs: NOW_MS, ...told },
    });
    expect(await listed()).toStrictEqual([view]);
  });

  it('is nobody’s whose account is not there', async () => {
    await expect(make({}, 'mch_none')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });
});

describe('a key’s day', () => {
  const refused = new ApiError('FEATURE_NOT_FOUND');
  const today = async (nowMs?: number) => (await listed(nowMs))[0]?.tasksToday;
  const within = async (create: () => Promise<unknown>, { tasks = 2, stood = [false, false] } = {}) => {
    const made = await listed();
    const apiKeyId = made[0]?.apiKeyId ?? (await make({ tasksPerDay: 5 })).apiKeyId;
    const looks = [...stood];
    const asked = { tasks, nowMs: NOW_MS, stands: async () => looks.shift() === true };
    return withinKeyDay(product.db, { id: merchantId, apiKeyId, tasksPerDay: 5 }, asked, create);
  };

  it('counts what is created, and answers it', async () => {
    expect(await within(async () => 'made')).toBe('made');
    expect([await today(), await today(NOW_MS + DAY_MS)]).toEqual([2, 0]);
  });

  it.each<[string, unknown, boolean, number]>([
    ['refused', refused, false, 0],
    ['refused, though what was asked for was made', refused, true, 2],
    ['an error of which nobody knows what came of it', new Error('the answer was lost'), false, 2],
  ])('of what was %s: what is given back, and the error is as it was', async (_what, error, stands, counted) => {
    await expect(within(() => Promise.reject(error), { stood: [false, stands] })).rejects.toBe(error);
    expect(await today()).toBe(counted);
  });

  it('is not counted for what stands already, nor for a merchant in person', async () => {
    expect(await within(async () => 'stands', { stood: [true] })).toBe('stands');
    const inPerson = { id: merchantId, sessionId: 'ses_1' };
    const asked = { tasks: 9, nowMs: NOW_MS, stands: () => Promise.reject(new Error('asked')) };
    expect(await withinKeyDay(product.db, inPerson, asked, async () => 'made')).toBe('made');
    expect(await today()).toBe(0);
  });

  it('lets through to its last task, and says of one more when the next day begins', async () => {
    await within(async () => 'made', { tasks: 3 });
    const more = () => within(async () => 'made', { tasks: 3 });
    await expect(more()).rejects.toMatchObject({ code: 'API_KEY_DAY_SPENT', headers: { 'Retry-After': '43200' } });
    expect(await within(async () => 'made', { tasks: 2 })).toBe('made');
    expect(await today()).toBe(5);
  });
});
