/** What one stage of the run found. */
export interface StageResult {
  stage: string;
  passed: number;
  failed: number;
  seconds: number;
  /** One line for each: repeated at the end. */
  failures: string[];
  /** What did not run, and why: repeated at the end. */
  skipped: string[];
  /** Shown when something failed. */
  output: string;
}

/** Exactly `N passed, N failed`: the run's last line. */
export function closingLine(results: readonly StageResult[]): string {
  const sum = (count: 'passed' | 'failed') => results.reduce((total, result) => total + result[count], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}

/** A run in which nothing ran has not shown anything. */
export function exitCode(results: readonly StageResult[]): 0 | 1 {
  const ran = results.some((result) => result.passed > 0);
  return ran && results.every((result) => result.failed === 0) ? 0 : 1;
}
