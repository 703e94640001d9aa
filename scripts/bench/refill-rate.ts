import type { Connection } from 'mysql2/promise';

const REFILL_EVERY_MS = 50;

/**
 * One merchant may create 600 tasks a minute, and that limit is part of what is measured: it stays, and the rig fills
 * the bucket up again and again, by statements that wait for the same row. @returns how to stop that
 */
export function refillRate(connection: Connection): () => Promise<void> {
  let filling: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    filling ??= connection
      .query('UPDATE accounts SET create_tat_ms = 0 WHERE create_tat_ms > 0')
      .catch(() => undefined)
      .finally(() => {
        filling = null;
      });
  }, REFILL_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await filling;
  };
}
