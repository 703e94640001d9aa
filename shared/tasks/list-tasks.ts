import type { TaskState } from '../contract/tasks.ts';
import type { Database, SqlValue } from '../db/database.ts';
import { TASK_COLUMNS, type TaskRow } from './read-task.ts';
import { type Language, type TaskSummary, taskSummary } from './task-summary.ts';

/** One page of the merchant's tasks, newest first: ids sort by time. `cursor` is the last task of the page before. */
export async function listTasks(
  db: Database,
  merchantId: string,
  page: { limit: number; cursor?: string | undefined; state?: TaskState | undefined },
  language: Language,
): Promise<{ items: TaskSummary[]; nextCursor?: string }> {
  const conditions = ['merchant_id = ?'];
  const params: SqlValue[] = [merchantId];
  if (page.cursor !== undefined) {
    conditions.push('id < ?');
    params.push(page.cursor);
  }
  if (page.state !== undefined) {
    conditions.push('state = ?');
    params.push(page.state);
  }
  const rows = await db.query<TaskRow>(
    `SELECT ${TASK_COLUMNS} FROM tasks WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
    [...params, page.limit + 1],
  );
  const items = rows.slice(0, page.limit).map((row) => taskSummary(row, language));
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, nextCursor: last.taskId } : { items };
}
