import { traceTask as operation } from '../../../shared/contract/ops-tasks.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { traceTask } from '../../../shared/ops/trace-task.ts';

export const main = opsFunction({
  operation,
  target: ({ taskId }) => taskId,
  run: ({ db }, { taskId }) => traceTask(db, taskId),
});
