import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';
import { readPlan } from '../features/plan.ts';
import { ApiError } from '../http/api-error.ts';
import { TASK_COLUMNS, type TaskRow } from '../tasks/read-task.ts';
import { traceAudit, traceEntries, traceInputs, traceJobs, traceOutputs, traceUnits } from './trace-rows.ts';

interface Row extends TaskRow {
  readonly startedAtMs: number | null;
  readonly deadlineAtMs: number | null;
}

/** One task as an operator sees it: no picture, no form's text. @throws ApiError NOT_FOUND */
export async function traceTask(db: Database, taskId: string) {
  const [task] = await db.query<Row>(
    `SELECT ${TASK_COLUMNS}, started_at AS startedAtMs, deadline_at AS deadlineAtMs FROM tasks WHERE id = ?`,
    [taskId],
  );
  if (!task) throw new ApiError('NOT_FOUND');
  const { pipelineJson, formJson: _, ...shown } = task;
  return {
    ...withoutNulls(shown),
    inputs: await traceInputs(db, taskId),
    steps: readPlan(pipelineJson).map(
      ({ name, nameZh, nameEn, processor, units, timeLimitSeconds, attempts, engines }) => ({
        ...(name !== undefined && { name }),
        ...(nameZh !== undefined && { nameZh }),
        ...(nameEn !== undefined && { nameEn }),
        ...{ processor, units, timeLimitSeconds, attempts },
        ...(engines && { engines }),
      }),
    ),
    units: await traceUnits(db, taskId),
    jobs: await traceJobs(db, taskId),
    outputs: await traceOutputs(db, taskId),
    entries: await traceEntries(db, taskId),
    audit: await traceAudit(db, taskId),
  };
}
