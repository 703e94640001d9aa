/** The part of vitest's JSON report that is counted. */
export interface VitestReport {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
}

/**
 * Counts a report. A file that could not even be loaded has no tests in the report and counts as one failure, and so does
 * a run that ended badly without a failed test (an unhandled rejection, a set-up that threw, a crash before the report).
 */
export function tallyReport(report: VitestReport | undefined, code: number): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: [] };
  for (const file of report?.testResults ?? []) {
    const failedHere = file.assertionResults.filter((test) => test.status === 'failed').length;
    tally.passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    tally.failed += failedHere === 0 && file.status === 'failed' ? 1 : failedHere;
    const others = file.assertionResults.filter((test) => test.status !== 'passed' && test.status !== 'failed');
    tally.skipped.push(...others.map((test) => test.fullName));
  }
  if (tally.failed === 0 && (code !== 0 || report === undefined)) tally.failed = 1;
  return tally;
}
