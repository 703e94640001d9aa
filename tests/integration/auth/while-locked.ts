import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { FreshDatabase } from '../../../scripts/test/fresh-database.ts';

export interface HeldLock {
  /** Takes the lock: one statement and its values. */
  readonly sql: string;
  readonly values: readonly (string | number)[];
  /** How many of the product's statements must wait for it before it is let go. */
  readonly waiters: number;
}

/**
 * Starts `work` while another transaction holds a lock, lets go once `waiters` statements wait for it, and answers what
 * `work` does: so they really meet, however fast each is.
 */
export async function whileLocked<T>(
  { connection }: Pick<FreshDatabase, 'connection'>,
  held: HeldLock,
  work: () => Promise<T>,
): Promise<T> {
  const holder = await createConnection(connection);
  const watcher = await createConnection(connection);
  try {
    await holder.beginTransaction();
    await holder.query(held.sql, [...held.values]);
    const working = work();
    await untilBlocked(watcher, held.waiters);
    await holder.commit();
    return await working;
  } finally {
    holder.destroy();
    watcher.destroy();
  }
}

/**
 * Statements that are under way at two looks in a row: what is not blocked is over by then. Not `innodb_trx`: that view is
 * renewed only when nobody, of any suite, has read it for 100 ms.
 */
async function untilBlocked(watcher: Connection, waiters: number): Promise<void> {
  let [before, blocked] = [0, 0];
  for (let looks = 0; looks < 60; looks++) {
    await sleep(60);
    const [[row]] = await watcher.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS busy FROM information_schema.processlist
       WHERE db = DATABASE() AND command = 'Execute' AND id <> CONNECTION_ID()`,
    );
    [before, blocked] = [blocked, Number(row?.['busy'])];
    if (Math.min(before, blocked) >= waiters) return;
  }
  throw new Error(`${blocked} statements were blocked, not ${waiters}`);
}
