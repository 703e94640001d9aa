import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { SHORTER_NOTICE_MS } from '../settings/retention-now.ts';
import { type SettingValues, valuesOf } from '../settings/setting-values.ts';
import { readSettings } from '../settings/settings.ts';
import { changesOf } from './changes-of.ts';
import { maskDetails } from './mask-details.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

export interface SettingsSaving {
  readonly values: SettingValues;
  /** The version that was seen. */
  readonly baseVersion: number;
  readonly reason: string;
}

/**
 * Saves the settings as the version after the one that was seen; its audit row says what each value was and is. Of two who saw the same,
 * the second is told that they have changed.
 * @throws ApiError VALIDATION_FAILED (longer than the bucket keeps, or nothing differs), SETTINGS_CHANGED, IDEMPOTENCY_CONFLICT
 */
export async function saveSettings(
  db: Database,
  { values, baseVersion, reason }: SettingsSaving,
  deployedDays: number,
  write: OperatorWrite,
): Promise<{ version: number }> {
  if (values.resultDays !== null && values.resultDays > deployedDays) throw tooLong(deployedDays);
  const seen = await readSettings(db, baseVersion);
  if (!seen) throw new ApiError('SETTINGS_CHANGED');
  const changed = changesOf(valuesOf(seen), values);
  if (Object.keys(changed.after).length === 0) throw nothingDiffers();
  const { resultDays, smsDailyBudget, moderation, signUp, batchPhotos, creditsLow, supportContact } = values;
  const params = [
    ...[baseVersion, resultDays, deployedDays, sqlTime(write.nowMs + SHORTER_NOTICE_MS), smsDailyBudget],
    ...[moderation ? 1 : 0, signUp ? 1 : 0, batchPhotos, creditsLow, supportContact],
    ...[maskDetails({ version: baseVersion + 1, ...changed }), reason],
  ];
  await callWrite(db, 'save_settings_v1', params, write, { changed: 'SETTINGS_CHANGED' });
  return { version: baseVersion + 1 };
}

const tooLong = (most: number): ApiError =>
  new ApiError('VALIDATION_FAILED', {
    fields: [
      {
        ...{ path: 'values.resultDays', rule: `max:${most}` },
        ...{ zh: `最长 ${most} 天：存储桶的规则按此删除`, en: `at most ${most}: the bucket deletes what is older` },
      },
    ],
  });

const nothingDiffers = (): ApiError =>
  new ApiError('VALIDATION_FAILED', {
    fields: [{ path: 'values', rule: 'changed', zh: '没有修改任何设置', en: 'nothing differs from what is in force' }],
  });
