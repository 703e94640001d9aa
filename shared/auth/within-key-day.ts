import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { secondsOfShanghaiDayLeft, shanghaiDay } from '../shanghai-day.ts';
import type { MerchantOrKey } from './merchant-or-key.ts';

export interface Asked {
  readonly tasks: number;
  /** What was asked for under this key stands already: repeating it makes nothing and counts nothing. */
  readonly stands: () => Promise<boolean>;
  readonly nowMs: number;
}

/**
 * Creates tasks within what the API key may create in a day of Asia/Shanghai; of a merchant in person nothing is counted. Counted before
 * they are created and given back when they are not: an instance that dies in between leaves the key with less, never with more.
 * @throws ApiError API_KEY_DAY_SPENT with Retry-After, and what `create` throws
 */
export async function withinKeyDay<Created>(
  db: Database,
  caller: MerchantOrKey,
  { tasks, stands, nowMs }: Asked,
  create: () => Promise<Created>,
): Promise<Created> {
  if (!('apiKeyId' in caller) || (await stands())) return create();
  const [day, { apiKeyId }] = [shanghaiDay(nowMs), caller];
  const { affectedRows } = await db.write(
    // In this order: MariaDB and MySQL assign from left to right.
    `UPDATE api_keys SET tasks_counted = IF(counted_day = ?, tasks_counted, 0) + ?, counted_day = ?
     WHERE id = ? AND (tasks_per_day IS NULL OR IF(counted_day = ?, tasks_counted, 0) + ? <= tasks_per_day)`,
    [day, tasks, day, apiKeyId, day, tasks],
  );
  if (affectedRows === 0) {
    throw new ApiError('API_KEY_DAY_SPENT', { retryAfterSeconds: secondsOfShanghaiDayLeft(nowMs) });
  }
  try {
    return await create();
  } catch (error) {
    // Refused, or created and not to be answered for: a photo that could not be copied, say.
    if (error instanceof ApiError && !(await stands())) await giveBack(db, apiKeyId, day, tasks);
    throw error;
  }
}

const giveBack = (db: Database, apiKeyId: string, day: string, tasks: number) =>
  db.write(
    'UPDATE api_keys SET tasks_counted = tasks_counted - ? WHERE id = ? AND counted_day = ? AND tasks_counted >= ?',
    [...[tasks, apiKeyId, day, tasks]],
  );
