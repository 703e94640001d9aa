import { listOperators as operation } from '../../../shared/contract/ops-operators.ts';
import { listOperators } from '../../../shared/ops/list-operators.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { cursor, limit }) => listOperators(db, { limit: Number(limit ?? 50), cursor }),
});
