import { savePlan as operation } from '../../../shared/contract/ops-plans.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { savePlan } from '../../../shared/ops/save-plan.ts';

export const main = opsFunction({ operation, run: ({ db }, input, { write }) => savePlan(db, input, write) });
