import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { type Database, openDatabase } from '../../../shared/db/database.ts';
import { databaseLimiter } from '../../../shared/db/database-limiter.ts';
import type { RateLimiter } from '../../../shared/http/rate-limit.ts';

const START_MS = Date.parse('2026-11-24T08:00:00.500Z');
let fresh: FreshDatabase;
let database: Database;
let take: RateLimiter;

beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ readSecret: async () => z.parse(DatabaseSecret, fresh.connection), connections: 2 });
  take = databaseLimiter(database);
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

describe('a rate limit', () => {
  it('lets as many pass at once as its limit says, and tells what is left', async () => {
    const limit = { limit: 3, windowSeconds: 60 };
    const taken = [];
    for (let i = 0; i < 4; i++) taken.push(await take('a:1', limit, START_MS));
    expect(taken).toEqual([
      { allowed: true, remaining: 2, resetSeconds: 20, retrySeconds: 0 },
      { allowed: true, remaining: 1, resetSeconds: 40, retrySeconds: 0 },
      { allowed: true, remaining: 0, resetSeconds: 60, retrySeconds: 0 },
      { allowed: false, remaining: 0, resetSeconds: 60, retrySeconds: 20 },
    ]);
  });
  it('lets the next pass exactly when it said, not a millisecond before; what was refused cost nothing', async () => {
    const limit = { limit: 3, windowSeconds: 60 };
    for (let i = 0; i < 3; i++) await take('b:1', limit, START_MS);
    for (let i = 0; i < 5; i++) expect((await take('b:1', limit, START_MS + 19_999)).allowed).toBe(false);
    expect((await take('b:1', limit, START_MS + 20_000)).allowed).toBe(true);
    expect((await take('b:1', limit, START_MS + 20_000)).allowed).toBe(false);
    expect(await take('b:1', limit, START_MS + 3_600_000)).toMatchObject({ allowed: true, remaining: 2 });
  });
  it('of once a minute is once a minute', async () => {
    const limit = { limit: 1, windowSeconds: 60 };
    const at = async (seconds: number) => (await take('c:1', limit, START_MS + seconds * 1000)).allowed;
    expect([await at(0), await at(0), await at(59), await at(60), await at(61), await at(120)]).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });
  it('counts each bucket for itself, upper and lower case apart', async () => {
    const limit = { limit: 1, windowSeconds: 60 };
    for (const bucket of ['d:a', 'd:A', 'e:a', 'd'.repeat(96)]) {
      expect(await take(bucket, limit, START_MS)).toMatchObject({ allowed: true });
    }
    await expect(take('d'.repeat(97), limit, START_MS)).rejects.toThrow(/too long/);
  });
  it('holds however many ask at once, from however many instances', async () => {
    const limit = { limit: 10, windowSeconds: 60 };
    const instances = Array.from({ length: 8 }, () =>
      openDatabase({ readSecret: async () => z.parse(DatabaseSecret, fresh.connection), connections: 2 }),
    );
    try {
      const all = await Promise.all(
        instances.flatMap((instance) =>
          Array.from({ length: 8 }, () => databaseLimiter(instance)('f:1', limit, START_MS)),
        ),
      );
      expect(all.filter(({ allowed }) => allowed)).toHaveLength(10);
      expect(
        all
          .filter(({ allowed }) => allowed)
          .map(({ remaining }) => remaining)
          .sort((a, b) => a - b),
      ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    } finally {
      await Promise.all(instances.map((instance) => instance.close()));
    }
  });
  it('is not reset by an instance whose clock is behind', async () => {
    const limit = { limit: 2, windowSeconds: 60 };
    await take('g:1', limit, START_MS);
    await take('g:1', limit, START_MS);
    expect(await take('g:1', limit, START_MS - 30_000)).toMatchObject({ allowed: false, retrySeconds: 60 });
  });
  it('leaves a row that says when it can be swept', async () => {
    await take('h:1', { limit: 1, windowSeconds: 60 }, START_MS);
    const [row] = await database.query<{ expires_at: number }>(
      "SELECT expires_at FROM rate_limits WHERE bucket = 'h:1'",
    );
    expect(row?.expires_at).toBe(START_MS + 120_000);
  });
});
