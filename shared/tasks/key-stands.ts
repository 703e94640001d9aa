import type { Database } from '../db/database.ts';

/** Whether a task was created under this Idempotency-Key. */
export const taskStands = (db: Database, merchantId: string, idempotencyKey: string) => (): Promise<boolean> =>
  any(db, 'SELECT 1 FROM tasks WHERE merchant_id = ? AND idempotency_key = ?', [merchantId, idempotencyKey]);

/** Whether a batch was created under this Idempotency-Key. */
export const batchStands = (db: Database, merchantId: string, idempotencyKey: string) => (): Promise<boolean> =>
  any(db, 'SELECT 1 FROM batches WHERE merchant_id = ? AND idempotency_key = ?', [merchantId, idempotencyKey]);

const any = async (db: Database, sql: string, params: readonly string[]): Promise<boolean> =>
  (await db.query(sql, params)).length > 0;
