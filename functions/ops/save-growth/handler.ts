import { saveGrowth as operation } from '../../../shared/contract/ops-growth.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { saveGrowth } from '../../../shared/ops/save-growth.ts';

export const main = opsFunction({ operation, run: ({ db }, input, { write }) => saveGrowth(db, input, write) });
