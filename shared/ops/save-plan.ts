import type { Database } from '../db/database.ts';
import { changesOf } from './changes-of.ts';
import { listAllPlans, type PlanValues } from './list-all-plans.ts';
import { maskDetails } from './mask-details.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

export interface PlanSaving extends PlanValues {
  readonly planId: string;
  /** The one that was seen; 0: it is a new one. */
  readonly baseVersion: number;
  readonly reason: string;
}

/**
 * Saves a plan, or makes one; its audit row says what each value was and is.
 * @throws ApiError SETTINGS_CHANGED (another has saved it meanwhile, or made it), IDEMPOTENCY_CONFLICT
 */
export async function savePlan(
  db: Database,
  { planId, baseVersion, reason, ...values }: PlanSaving,
  write: OperatorWrite,
): Promise<{ planId: string; version: number }> {
  // If another save comes between, nothing of this is kept.
  const seen = (await listAllPlans(db)).find((plan) => plan.planId === planId);
  const version = baseVersion + 1;
  const details = maskDetails({ version, ...(seen ? changesOf<PlanValues>(seen, values) : { after: values }) });
  const { nameZh, nameEn, amountFen, credits, days, access, onSale, position } = values;
  const params = [
    ...[planId, baseVersion, nameZh, nameEn, amountFen, credits, days, access, onSale ? 1 : 0, position],
    ...[details, reason],
  ];
  await callWrite(db, 'save_plan_v1', params, write, { changed: 'SETTINGS_CHANGED' });
  return { planId, version };
}
