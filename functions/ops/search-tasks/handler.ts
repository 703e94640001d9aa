import { searchTasks as operation } from '../../../shared/contract/ops-work.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { searchTasks } from '../../../shared/ops/search-tasks.ts';

export const main = opsFunction({
  operation,
  target: ({ merchantId, taskId, trace }) => taskId ?? merchantId ?? trace ?? '',
  run: ({ db }, { limit, ...search }) => searchTasks(db, { ...search, limit: Number(limit ?? 20) }),
});
