import type { TaskState } from '../contract/tasks.ts';
import type { Database, SqlValue } from '../db/database.ts';
import { likePattern } from '../db/like-pattern.ts';
import { pageOf } from '../db/page-of.ts';
import { firstIdOf } from '../id.ts';
import { TASK_COLUMNS, type TaskRow } from './read-task.ts';
import { type Language, type TaskSummary, taskSummary } from './task-summary.ts';

export interface TaskPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly state?: TaskState | undefined;
  readonly featureId?: string | undefined;
  readonly fromMs?: string | undefined;
  readonly toMs?: string | undefined;
  readonly search?: string | undefined;
}

/** One page of the merchant's tasks, newest first: ids sort by time. `cursor` is the last task of the page before. */
export async function listTasks(
  db: Database,
  merchantId: string,
  page: TaskPage,
  language: Language,
): Promise<{ items: TaskSummary[]; nextCursor?: string }> {
  const conditions = conditionsOf(page).filter(([, value]) => value !== undefined);
  const rows = await db.query<TaskRow>(
    `SELECT ${TASK_COLUMNS} FROM tasks
     WHERE ${['merchant_id = ?', ...conditions.map(([sql]) => sql)].join(' AND ')} ORDER BY id DESC LIMIT ?`,
    [merchantId, ...conditions.map(([, value]) => value as SqlValue), page.limit + 1],
  );
  return pageOf(
    rows.map((row) => taskSummary(row, language)),
    page.limit,
    ({ taskId }) => taskId,
  );
}

/** Ids carry their time: dates are a range of the index that the page walks. */
const conditionsOf = ({
  cursor,
  state,
  featureId,
  fromMs,
  toMs,
  search,
}: TaskPage): [string, SqlValue | undefined][] => [
  ['id < ?', cursor],
  ['id >= ?', fromMs === undefined ? undefined : firstIdOf('tsk_', Number(fromMs))],
  ['id < ?', toMs === undefined ? undefined : firstIdOf('tsk_', Number(toMs))],
  ['state = ?', state],
  ['feature_id = ?', featureId],
  [
    'EXISTS (SELECT 1 FROM batch_tasks b WHERE b.task_id = tasks.id AND b.file_name LIKE ?)',
    search === undefined ? undefined : likePattern(search),
  ],
];
