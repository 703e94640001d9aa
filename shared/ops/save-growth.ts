import type { Database } from '../db/database.ts';
import type { GrowthSettings } from '../growth/growth-settings.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

/** Decides what referral and welcome credits give from now on. @throws ApiError IDEMPOTENCY_CONFLICT */
export async function saveGrowth(
  db: Database,
  { reason, ...settings }: GrowthSettings & { readonly reason: string },
  write: OperatorWrite,
): Promise<GrowthSettings> {
  const { referralOn, commissionBp, commissionUnit, creditDays, leastWithdrawalFen } = settings;
  const { welcomeOn, welcomeCredits, welcomeDays } = settings;
  await callWrite(
    db,
    'save_growth_v1',
    [
      ...[referralOn ? 1 : 0, commissionBp, commissionUnit, creditDays, leastWithdrawalFen],
      ...[welcomeOn ? 1 : 0, welcomeCredits, welcomeDays, reason],
    ],
    write,
  );
  return settings;
}
