import type { Retention } from '../cos/retention.ts';
import type { ReadSettings, Settings } from './settings.ts';

/** From the moment that a shorter life of results is saved to its beginning: merchants can take theirs home, and a slip be undone. */
export const SHORTER_NOTICE_MS = 7 * 86_400_000;

/** How long results live now. What was deployed is the most, for the bucket's rule deletes what is older. */
export function retentionNow(
  { INPUT_DAYS, RESULT_DAYS }: Retention,
  { resultDays, resultDaysBefore, resultDaysFromMs }: Settings,
  nowMs: number,
): Retention {
  const days = Math.min(resultDays ?? RESULT_DAYS, RESULT_DAYS);
  if (resultDaysBefore === null || resultDaysFromMs === null || nowMs >= resultDaysFromMs)
    return { INPUT_DAYS, RESULT_DAYS: days };
  const kept = Math.max(days, Math.min(resultDaysBefore, RESULT_DAYS));
  return { INPUT_DAYS, RESULT_DAYS: kept, shorter: { days, fromMs: resultDaysFromMs } };
}

/** The same, as a function asks for it. */
export const retentionOf =
  (deployed: Retention, settings: ReadSettings) =>
  async (nowMs: number): Promise<Retention> =>
    retentionNow(deployed, await settings(nowMs), nowMs);
