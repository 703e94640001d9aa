import { setOperator as operation } from '../../../shared/contract/ops-operators.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { setOperator } from '../../../shared/ops/set-operator.ts';

export const main = opsFunction({ operation, run: ({ db }, input, { write }) => setOperator(db, input, write) });
