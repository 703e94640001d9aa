import type { SoakOutcome, SoakPart } from '../soak-part.ts';
import { BREAK_AT, FOLDERS, type FolderName } from '../stryker/folders.ts';
import { runStryker, type SourceMutant } from '../stryker/run-stryker.ts';

/** Of all small faults in a folder's TypeScript at least 85 % must be noticed by its tests, and each other one explained. */
export const soakStryker =
  (folder: FolderName, run = runStryker): SoakPart =>
  async ({ scale, isOver, say }): Promise<SoakOutcome> => {
    if (scale < 1) return notTried('--scale: Stryker tries all mutants of a folder or none');
    const beganMs = performance.now();
    const mutants = await run(folder, { say, isOver });
    if (mutants === null) return notTried('the time was over before all mutants were tried');
    const survivors = mutants.filter(({ noticed }) => !noticed).map(({ name }) => name);
    return {
      counts: { mutants: mutants.length, noticed: mutants.length - survivors.length, explained: survivors.length },
      seeds: [0, 0],
      seconds: (performance.now() - beganMs) / 1000,
      notes: [`${scoreOf(mutants).toFixed(1)} % noticed, at least ${BREAK_AT}`],
      violations: strykerProblems(mutants, FOLDERS[folder].explained),
    };
  };

const notTried = (why: string): SoakOutcome => ({
  ...{ counts: { mutants: 0, noticed: 0, explained: 0 }, seeds: [0, 0], seconds: 0, notes: [] },
  violations: [why],
});

const scoreOf = (mutants: readonly SourceMutant[]): number =>
  (100 * mutants.filter(({ noticed }) => noticed).length) / Math.max(1, mutants.length);

/** What is wrong: too few noticed, a survivor without a reason, a reason for what was noticed or is no more. */
export function strykerProblems(
  mutants: readonly SourceMutant[],
  explained: readonly { readonly mutants: readonly string[] }[],
): string[] {
  const survivors = mutants.filter(({ noticed }) => !noticed).map(({ name }) => name);
  const reasons = explained.flatMap((group) => group.mutants);
  const score = scoreOf(mutants);
  return [
    ...(score < BREAK_AT ? [`${score.toFixed(1)} % noticed, ${BREAK_AT} are the least`] : []),
    ...survivors.filter((name) => !reasons.includes(name)).map((name) => `nobody noticed: ${name}`),
    ...reasons.filter((name) => !survivors.includes(name)).map((name) => `explained for nothing: ${name}`),
  ];
}
