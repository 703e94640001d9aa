import { ACCESS_TOKEN_SECONDS } from '../access-token-seconds.ts';
import type { Objects } from '../cos/objects.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { UPLOAD_URL_SECONDS } from '../tasks/upload-slots.ts';

export interface Erased {
  /** Accounts of which nothing personal is left. */
  readonly accounts: number;
  readonly failures: readonly unknown[];
}

interface Services {
  readonly db: Database;
  readonly objects: Objects;
}

interface Deletion {
  readonly merchantId: string;
  readonly deletedAtMs: number;
  readonly afterTask: string;
  /** When the pass under way began, or the next one may begin. */
  readonly passAtMs: number;
}

const ACCOUNTS = 10;
/** Of all accounts together, so that a tick ends in time: some five objects each. */
export const TASKS = 300;
/** An access token's last second may give out a link, and with the link's last second an upload may begin, which has five minutes. */
const SETTLED_AFTER_MS = (ACCESS_TOKEN_SECONDS + UPLOAD_URL_SECONDS + 300) * 1000;

/**
 * Goes through the tasks of deleted accounts, oldest first: their photos and results, what was typed into their forms, the names of
 * their files; archives that stand are due at once, those under way are over. Once as soon as the account is deleted, and once more when
 * nothing can come any more. Objects first, then the rows, then the place to go on from: a tick that is cut anywhere is repeated by the
 * next one.
 */
export async function eraseDeleted(services: Services, nowMs: number, limit = TASKS): Promise<Erased> {
  const { db } = services;
  await forgetPayees(db, nowMs);
  await db.write('UPDATE account_deletions SET phone_hash = NULL, forget_at = NULL WHERE forget_at <= ?', [
    sqlTime(nowMs),
  ]);
  const deletions = await db.query<Deletion>(
    `SELECT merchant_id AS merchantId, deleted_at AS deletedAtMs, task_cursor AS afterTask, pass_at AS passAtMs
     FROM account_deletions WHERE erased_at IS NULL AND pass_at <= ? ORDER BY pass_at, merchant_id LIMIT ?`,
    [sqlTime(nowMs), ACCOUNTS],
  );
  const failures: unknown[] = [];
  let accounts = 0;
  let left = limit;
  for (const found of deletions) {
    if (left <= 0) break;
    const deletion = found.afterTask === '' ? { ...found, passAtMs: nowMs } : found;
    try {
      const { tasks, isWhole } = await eraseTasks(services, deletion, left, nowMs);
      left -= tasks;
      if (!isWhole) continue;
      await endArchives(db, deletion.merchantId, nowMs);
      // Dead since the account is: what they were called, and where they were used from, goes.
      for (const table of ['api_keys', 'webhook_deliveries', 'webhooks'])
        await db.write(`DELETE FROM ${table} WHERE merchant_id = ?`, [deletion.merchantId]);
      // That this phone was welcomed is kept, not whose it was.
      await db.write("UPDATE welcome_grants SET merchant_id = '' WHERE merchant_id = ?", [deletion.merchantId]);
      if (await endPass(db, deletion, nowMs)) accounts += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  return { accounts, failures };
}

/** With the phone's hash goes whom commission was paid to: as long as transactions are kept, and no longer. */
const forgetPayees = (db: Database, nowMs: number) =>
  db.write(
    `UPDATE withdrawals w JOIN account_deletions d ON d.merchant_id = w.merchant_id
     SET w.payee_sealed = NULL, w.payee_masked = '' WHERE d.forget_at <= ? AND w.ended_at IS NOT NULL`,
    [sqlTime(nowMs)],
  );

/** @returns whether it was the last one */
async function endPass(db: Database, { merchantId, deletedAtMs, passAtMs }: Deletion, nowMs: number): Promise<boolean> {
  const settledAtMs = deletedAtMs + SETTLED_AFTER_MS;
  const isLast = passAtMs >= settledAtMs;
  if (isLast) {
    await db.write('UPDATE account_deletions SET erased_at = ? WHERE merchant_id = ?', [sqlTime(nowMs), merchantId]);
  } else {
    await db.write("UPDATE account_deletions SET task_cursor = '', pass_at = ? WHERE merchant_id = ?", [
      sqlTime(settledAtMs),
      merchantId,
    ]);
  }
  return isLast;
}

/** What a worker is writing finds its row taken at the end, and is deleted by that worker. */
async function endArchives(db: Database, merchantId: string, nowMs: number): Promise<void> {
  const at = sqlTime(nowMs);
  await db.write(
    `UPDATE archives SET state = 'failed', error_code = 'NOTHING_TO_ARCHIVE', lease_id = NULL, ended_at = ?, sweep_at = NULL
     WHERE merchant_id = ? AND state IN ('waiting', 'building')`,
    [at, merchantId],
  );
  await db.write("UPDATE archives SET sweep_at = ? WHERE merchant_id = ? AND state = 'ready'", [at, merchantId]);
}

async function eraseTasks(
  services: Services,
  { merchantId, afterTask, passAtMs }: Deletion,
  limit: number,
  nowMs: number,
): Promise<{ tasks: number; isWhole: boolean }> {
  const { db } = services;
  const tasks = await db.query<{ id: string }>(
    'SELECT id FROM tasks WHERE merchant_id = ? AND id > ? ORDER BY id LIMIT ?',
    [merchantId, afterTask, limit],
  );
  for (const { id } of tasks) {
    await eraseTask(services, id, nowMs);
    await db.write('UPDATE account_deletions SET task_cursor = ?, pass_at = ? WHERE merchant_id = ?', [
      ...[id, sqlTime(passAtMs), merchantId],
    ]);
  }
  return { tasks: tasks.length, isWhole: tasks.length < limit };
}

async function eraseTask({ db, objects }: Services, taskId: string, nowMs: number): Promise<void> {
  const keys = await db.query<{ key: string }>(
    `SELECT object_key AS \`key\` FROM task_inputs WHERE task_id = ?
     UNION ALL SELECT object_key FROM task_outputs WHERE task_id = ? AND purged_at IS NULL`,
    [taskId, taskId],
  );
  for (const { key } of keys) await objects.delete(key);
  await db.write('UPDATE task_outputs SET purged_at = ?, purge_at = NULL WHERE task_id = ? AND purged_at IS NULL', [
    sqlTime(nowMs),
    taskId,
  ]);
  await db.write("UPDATE batch_tasks SET file_name = '' WHERE task_id = ?", [taskId]);
  await db.write('UPDATE tasks SET form_json = NULL WHERE id = ?', [taskId]);
}
