import * as z from 'zod/mini';

const days = (usual: string) =>
  z.pipe(
    z._default(z.string(), usual).check(z.regex(/^[1-9]\d{0,3}$/)),
    z.transform((text): number => Number(text)),
  );

/** How long objects live, in days from the creation of their task: what the API says, the sweeper does and the bucket's rules back. */
export const RETENTION_CONFIG = { INPUT_DAYS: days('7'), RESULT_DAYS: days('180') } as const;

export interface Retention extends z.output<z.ZodMiniObject<typeof RETENTION_CONFIG>> {
  /** A shorter life of results that begins later: what is older by then goes at that moment. */
  readonly shorter?: { readonly days: number; readonly fromMs: number };
}

const DAY_MS = 86_400_000;

/** Of an archive, which holds copies: never longer than the first of its results. */
export const ARCHIVE_DAYS = 3;

/** Of a task's photos: nothing offers or reads them from then on. */
export const inputsExpireAtMs = (createdAtMs: number, { INPUT_DAYS }: Pick<Retention, 'INPUT_DAYS'>): number =>
  createdAtMs + INPUT_DAYS * DAY_MS;

export function resultsExpireAtMs(createdAtMs: number, { RESULT_DAYS, shorter }: Retention): number {
  const endsAtMs = createdAtMs + RESULT_DAYS * DAY_MS;
  return shorter ? Math.min(endsAtMs, Math.max(createdAtMs + shorter.days * DAY_MS, shorter.fromMs)) : endsAtMs;
}

/** Created before this, results are over. */
export const resultsKeptSinceMs = (nowMs: number, { RESULT_DAYS }: Retention): number => nowMs - RESULT_DAYS * DAY_MS;

export const archiveExpiresAtMs = (madeAtMs: number, oldestTaskAtMs: number, retention: Retention): number =>
  Math.min(madeAtMs + ARCHIVE_DAYS * DAY_MS, resultsExpireAtMs(oldestTaskAtMs, retention));
