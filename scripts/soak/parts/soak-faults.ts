import type { FaultReport, FaultRequest } from '../fault-report.ts';
import type { SoakOutcome, SoakPart } from '../soak-part.ts';

/** A family of faults as a part of the soak. */
export function soakFaults(
  run: (request: FaultRequest) => Promise<FaultReport>,
  { seed, each }: Pick<FaultRequest, 'seed' | 'each'>,
): SoakPart {
  return async ({ scale, say }): Promise<SoakOutcome> => {
    const beganMs = performance.now();
    const wanted = Math.ceil(each * scale);
    const { counts, skipped, violations, recoveriesMs, lastSeed } = await run({ seed, each: wanted, say });
    const sorted = [...recoveriesMs].sort((a, b) => a - b);
    const worst = sorted.at(-1);
    const middle = sorted[sorted.length >> 1];
    const recovery =
      worst === undefined || middle === undefined
        ? []
        : [`first success ${Math.round(middle)} ms after recovery (median), ${Math.round(worst)} ms at most`];
    return {
      counts,
      seeds: [seed, lastSeed ?? seed + wanted - 1],
      seconds: (performance.now() - beganMs) / 1000,
      notes: [...recovery, ...skipped.map((what) => `not done here: ${what}`)],
      violations,
    };
  };
}
