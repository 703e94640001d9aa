import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import type { PicturePreset } from '../media/platforms/presets.ts';
import { shanghaiDay } from '../shanghai-day.ts';
import { readEdition } from '../tasks/preset-editions.ts';
import { changesOf } from './changes-of.ts';
import { maskDetails } from './mask-details.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

/** What a shop asks; what it is called and how it is drawn is not an operator's. */
const FIGURES = ['width', 'height', 'bytes', 'ground', 'fill', 'margin'] as const;
type Edited = Pick<PicturePreset, (typeof FIGURES)[number] | 'source' | 'sourceUrl'>;

export interface PresetSaving extends Edited {
  readonly presetId: string;
  /** Compared with the page at `sourceUrl`, today. */
  readonly verified: boolean;
  readonly baseVersion: number;
  readonly reason: string;
}

/**
 * Saves one preset as the next edition of them all; its audit row says what each value was and is.
 * @throws ApiError NOT_FOUND, SETTINGS_CHANGED (another edition is in force by now), IDEMPOTENCY_CONFLICT
 */
export async function savePreset(
  db: Database,
  { presetId, verified, baseVersion, reason, ...edited }: PresetSaving,
  write: OperatorWrite,
): Promise<{ version: number; verifiedAt: string | null }> {
  const seen = await readEdition(db, baseVersion);
  if (!seen) throw new ApiError('SETTINGS_CHANGED');
  const before = seen.presets.find(({ id }) => id === presetId);
  if (!before) throw new ApiError('NOT_FOUND');
  const isSame = FIGURES.every((name) => JSON.stringify(before[name]) === JSON.stringify(edited[name]));
  const verifiedAt = verified ? shanghaiDay(write.nowMs) : isSame ? before.verifiedAt : null;
  const after: PicturePreset = { ...before, ...edited, verifiedAt };
  const presets = seen.presets.map((one) => (one.id === presetId ? after : one));
  const details = maskDetails({ version: baseVersion + 1, ...changesOf(before, after) });
  const params = [presetId, baseVersion, JSON.stringify(presets), details, reason];
  await callWrite(db, 'save_presets_v1', params, write, { changed: 'SETTINGS_CHANGED' });
  return { version: baseVersion + 1, verifiedAt };
}
