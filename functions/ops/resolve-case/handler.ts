import { resolveCase as operation } from '../../../shared/contract/ops-work.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { resolveCase } from '../../../shared/ops/resolve-case.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => resolveCase(db, input, write),
});
