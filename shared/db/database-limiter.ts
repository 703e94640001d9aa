import type { RateLimit } from '../contract/operation.ts';
import type { Database } from './database.ts';

interface TakeRateRow {
  readonly outcome: 'allowed' | 'limited';
  readonly remaining: number;
  readonly full_in_ms: number;
  readonly retry_in_ms: number;
}

const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));

/**
 * Rate limits kept in MySQL: infra/procedures/take_rate_v1.sql. A full bucket lets `limit` calls pass at once and refills
 * evenly, so within one window up to twice `limit` can pass; a limit that law or money sets is counted by rows instead.
 */
export function databaseLimiter(database: Database) {
  return async (bucket: string, limit: RateLimit, nowMs: number) => {
    const row = await database.callProcedure<TakeRateRow>('take_rate_v1', [
      bucket,
      nowMs,
      limit.limit,
      limit.windowSeconds * 1000,
    ]);
    const allowed = row.outcome === 'allowed';
    return {
      allowed,
      remaining: row.remaining,
      resetSeconds: seconds(row.full_in_ms),
      retrySeconds: allowed ? 0 : Math.max(1, seconds(row.retry_in_ms)),
    };
  };
}
