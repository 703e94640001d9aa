import { endTask as operation } from '../../../shared/contract/ops-tasks.ts';
import { endTask } from '../../../shared/ops/end-task.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => endTask(db, input, write),
});
