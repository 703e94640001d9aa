import { getGrowth as operation } from '../../../shared/contract/ops-growth.ts';
import { getGrowth } from '../../../shared/ops/get-growth.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({ operation, run: ({ db }) => getGrowth(db) });
