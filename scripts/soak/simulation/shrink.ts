import type { Step } from './step.ts';
import type { Sequence } from './steps.ts';

const MAX_RUNS = 400;

/**
 * The shortest sequence that still fails: takes away ever smaller runs of steps and lots, then makes numbers and faults
 * plain, as long as it fails.
 */
export async function shrink(
  sequence: Sequence,
  fails: (sequence: Sequence) => Promise<boolean>,
  maxRuns = MAX_RUNS,
): Promise<Sequence> {
  let best = sequence;
  let runs = 0;
  const attempt = async (smaller: Sequence): Promise<boolean> => {
    runs += 1;
    if (runs > maxRuns || !(await fails(smaller))) return false;
    best = smaller;
    return true;
  };
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = best.steps.length - size; from >= 0; from -= size) {
      await attempt({ ...best, steps: best.steps.toSpliced(from, size) });
    }
  }
  for (let lot = best.lots.length - 1; lot >= 0; lot--) await attempt({ ...best, lots: best.lots.toSpliced(lot, 1) });
  if (best.abandon) await attempt({ ...best, abandon: false });
  for (let index = 0; index < best.steps.length; index++) {
    for (const simpler of simplerSteps(best.steps[index] as Step)) {
      await attempt({ ...best, steps: best.steps.with(index, simpler) });
    }
  }
  return best;
}

/** The same step without its fault, and with each of its numbers at 0. */
function simplerSteps(step: Step): Step[] {
  const plain = { calls: 99, fault: 'none' };
  const simpler: object[] = 'progress' in step && step.progress.calls !== 99 ? [{ ...step, progress: plain }] : [];
  for (const [name, value] of Object.entries(step)) {
    if (typeof value === 'number' && value > 0) simpler.push({ ...step, [name]: 0 });
  }
  return simpler as Step[];
}
