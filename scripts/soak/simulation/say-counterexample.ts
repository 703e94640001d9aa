import type { Counterexample } from './simulate.ts';

/** For a person: what happened, what it broke, and the command that shows it again. */
export function sayCounterexample({ seed, trace, violations }: Counterexample): string {
  return [
    `seed ${seed}, as short as it could be made:`,
    ...trace.map((line) => `  ${line}`),
    'broken:',
    ...violations.map((what) => `  ${what}`),
    `again: npm run soak -- --only simulation --seed ${seed}`,
  ].join('\n');
}
