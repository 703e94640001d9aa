import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { type GrowthSettings, readGrowthSettings } from '../growth/growth-settings.ts';
import { maskDetails } from './mask-details.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

export interface GrowthSaving extends GrowthSettings {
  /** When what was seen had been saved; absent: it is as it was delivered. */
  readonly baseSavedAtMs?: number | undefined;
  readonly reason: string;
}

/**
 * Decides what referral and welcome credits give from now on; its audit row says what each value was and is. Of two who saw the same, the
 * second is told that they have changed.
 * @throws ApiError SETTINGS_CHANGED, IDEMPOTENCY_CONFLICT
 */
export async function saveGrowth(
  db: Database,
  { reason, baseSavedAtMs, ...settings }: GrowthSaving,
  write: OperatorWrite,
): Promise<GrowthSettings> {
  const { referralOn, commissionBp, commissionUnit, creditDays, leastWithdrawalFen } = settings;
  const { welcomeOn, welcomeCredits, welcomeDays } = settings;
  // If another save comes between, nothing of this is kept.
  const details = maskDetails(changesOf(await readGrowthSettings(db), settings));
  const params = [
    ...[baseSavedAtMs === undefined ? null : sqlTime(baseSavedAtMs)],
    ...[referralOn ? 1 : 0, commissionBp, commissionUnit, creditDays, leastWithdrawalFen],
    ...[welcomeOn ? 1 : 0, welcomeCredits, welcomeDays, details, reason],
  ];
  await callWrite(db, 'save_growth_v1', params, write, { changed: 'SETTINGS_CHANGED' });
  return settings;
}

/** Of what differs, what it was and what it is. */
function changesOf(before: GrowthSettings, after: GrowthSettings) {
  const names = (Object.keys(after) as (keyof GrowthSettings)[]).filter((name) => before[name] !== after[name]);
  const only = (all: GrowthSettings) => Object.fromEntries(names.map((name) => [name, all[name]]));
  return { before: only(before), after: only(after) };
}
