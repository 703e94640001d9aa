import { listCases as operation } from '../../../shared/contract/ops-work.ts';
import { listCases } from '../../../shared/ops/list-cases.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { limit, ...search }) => listCases(db, { ...search, limit: Number(limit ?? 20) }),
});
