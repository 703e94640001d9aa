/** From the end of a fault to the first request that succeeds. */
export const RECOVERY_LIMIT_MS = 2000;

export function tooLate(recoveryMs: number | undefined): string[] {
  if (recoveryMs === undefined || recoveryMs <= RECOVERY_LIMIT_MS) return [];
  return [`the first success came ${Math.round(recoveryMs)} ms later, ${RECOVERY_LIMIT_MS} at most`];
}

/** What a family of faults is asked for, in the tests and in the soak alike. */
export interface FaultRequest {
  /** The first seed; the faults after it take the ones that follow. */
  readonly seed: number;
  /** Faults of each random kind. What is exhaustive ignores it. */
  readonly each: number;
  readonly say: (line: string) => void;
}

export interface FaultReport {
  /** Faults by kind, as they were really done. */
  readonly counts: Readonly<Record<string, number>>;
  /** Kinds that could not be done here, with the reason: they need root, or a tool that is missing. */
  readonly skipped: readonly string[];
  /** Broken rules with their seed: empty, or the product has lost, doubled or stuck something. */
  readonly violations: readonly string[];
  /** From the end of each fault to the first request that succeeded; RECOVERY_LIMIT_MS are allowed. */
  readonly recoveriesMs: readonly number[];
  /** Where there are more seeds than faults of one kind. */
  readonly lastSeed?: number;
}
