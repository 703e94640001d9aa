import { listAllPlans as operation } from '../../../shared/contract/ops-plans.ts';
import { listAllPlans } from '../../../shared/ops/list-all-plans.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({ operation, run: async ({ db }) => ({ items: await listAllPlans(db) }) });
