import type { Retention } from '../../cos/retention.ts';
import { resultsExpireAtMs } from '../../cos/retention.ts';
import type { Database } from '../../db/database.ts';
import { isResult, readPlan } from '../../features/plan.ts';
import { parseResultId, resultId } from '../../tasks/asset-id.ts';
import type { OutputRow } from '../../tasks/read-task.ts';

/** What an archive is of: a batch as it stands when the archive is made, or results that were chosen. */
export interface ArchiveSource {
  readonly merchantId: string;
  readonly batchId: string | null;
  readonly assetIds: readonly string[] | null;
}

export interface ArchivedTask {
  readonly taskId: string;
  readonly featureNameZh: string;
  readonly featureNameEn: string;
  readonly state: string;
  readonly errorCode: string | null;
  /** The merchant's own file, where it is known. */
  readonly fileName: string | null;
  readonly createdAtMs: number;
  readonly files: readonly ArchivedFile[];
}

export type ArchivedFile = Pick<OutputRow, 'name' | 'key' | 'contentType' | 'width' | 'height' | 'sizeBytes' | 'flags'>;

type TaskRow = Omit<ArchivedTask, 'files'> & { readonly pipelineJson: string };
type FileRow = ArchivedFile & { readonly taskId: string; readonly step: number; readonly unit: number };

/** Tasks of one statement: a list of ids is a range of the index each. */
const TASKS_AT_ONCE = 100;

/** The tasks in their order, each with the results of it that are there and wanted; of a batch also those that have none. */
export async function readArchived(
  db: Database,
  { merchantId, batchId, assetIds }: ArchiveSource,
  { retention, nowMs }: { retention: Retention; nowMs: number },
): Promise<ArchivedTask[]> {
  const wanted = assetIds && new Set(assetIds);
  const taskIds = batchId === null ? chosenTasks(assetIds ?? []) : await batchTasks(db, merchantId, batchId);
  const archived: ArchivedTask[] = [];
  for (let from = 0; from < taskIds.length; from += TASKS_AT_ONCE) {
    const ids = taskIds.slice(from, from + TASKS_AT_ONCE);
    const tasks = await readTasks(db, merchantId, ids);
    const kept = tasks.filter(
      (task) => task.state === 'succeeded' && nowMs < resultsExpireAtMs(task.createdAtMs, retention),
    );
    const files =
      kept.length === 0
        ? []
        : await readFiles(
            db,
            kept.map(({ taskId }) => taskId),
          );
    for (const { pipelineJson, ...task } of inOrder(tasks, ids)) {
      const plan = readPlan(pipelineJson);
      const own = files.filter(
        (file) => file.taskId === task.taskId && isResult(plan, file) && (!wanted || wanted.has(resultId(file))),
      );
      if (own.length > 0 || batchId !== null) archived.push({ ...task, files: own });
    }
  }
  return archived;
}

const chosenTasks = (assetIds: readonly string[]): string[] => [
  ...new Set(assetIds.flatMap((assetId) => parseResultId(assetId)?.taskId ?? [])),
];

async function batchTasks(db: Database, merchantId: string, batchId: string): Promise<string[]> {
  const rows = await db.query<{ taskId: string }>(
    'SELECT task_id AS taskId FROM batch_tasks WHERE batch_id = ? AND merchant_id = ? ORDER BY n',
    [batchId, merchantId],
  );
  return rows.map(({ taskId }) => taskId);
}

const marks = (ids: readonly string[]): string => ids.map(() => '?').join(', ');

function readTasks(db: Database, merchantId: string, ids: readonly string[]): Promise<TaskRow[]> {
  return db.query<TaskRow>(
    `SELECT t.id AS taskId, f.name_zh AS featureNameZh, f.name_en AS featureNameEn, t.state, t.error_code AS errorCode,
       b.file_name AS fileName, t.created_at AS createdAtMs, t.pipeline_json AS pipelineJson
     FROM tasks t JOIN features f ON f.id = t.feature_id LEFT JOIN batch_tasks b ON b.task_id = t.id
     WHERE t.id IN (${marks(ids)}) AND t.merchant_id = ?`,
    [...ids, merchantId],
  );
}

function readFiles(db: Database, ids: readonly string[]): Promise<FileRow[]> {
  return db.query<FileRow>(
    `SELECT task_id AS taskId, step, unit, name, object_key AS \`key\`, content_type AS contentType, width, height,
       size_bytes AS sizeBytes, flags
     FROM task_outputs WHERE task_id IN (${marks(ids)}) AND purge_at IS NULL AND purged_at IS NULL
     ORDER BY task_id, step, unit, name`,
    [...ids],
  );
}

const inOrder = (tasks: readonly TaskRow[], ids: readonly string[]): TaskRow[] =>
  ids.flatMap((id) => tasks.find(({ taskId }) => taskId === id) ?? []);
