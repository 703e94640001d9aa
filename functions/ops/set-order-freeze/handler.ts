import { setOrderFreeze as operation } from '../../../shared/contract/ops.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { setOrderFreeze } from '../../../shared/ops/set-order-freeze.ts';

export const main = opsFunction({ operation, run: ({ db }, input, { write }) => setOrderFreeze(db, input, write) });
