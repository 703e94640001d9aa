/** The part of vitest's JSON report that is counted. */
export interface VitestReport {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
}

export interface Tally {
  passed: number;
  failed: number;
  /** What failed and the first line of why: the whole output is too long to be kept whole by everyone who runs this. */
  failures: string[];
  skipped: string[];
}

/**
 * Counts a report. A file that could not even be loaded has no tests in the report and counts as one failure, and so does
 * a run that ended badly without a failed test (an unhandled rejection, a set-up that threw, a crash before the report).
 */
export function tallyReport(report: VitestReport | undefined, code: number): Tally {
  const tally: Tally = { passed: 0, failed: 0, failures: [], skipped: [] };
  for (const file of report?.testResults ?? []) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    tally.passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    tally.failures.push(...failed.map((test) => told(test.fullName, test.failureMessages?.[0])));
    if (failed.length === 0 && file.status === 'failed') tally.failures.push(told(file.name, file.message));
    const others = file.assertionResults.filter((test) => test.status !== 'passed' && test.status !== 'failed');
    tally.skipped.push(...others.map((test) => test.fullName));
  }
  if (tally.failures.length === 0 && (code !== 0 || report === undefined))
    tally.failures.push(`the run itself: exit code ${code}${report === undefined ? ', no report' : ''}`);
  tally.failed = tally.failures.length;
  return tally;
}

function told(what: string, why = ''): string {
  const line = why.split('\n', 1)[0]!.trim().slice(0, 200);
  return line === '' ? what : `${what} — ${line}`;
}
