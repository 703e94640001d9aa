import { runSuite } from '../../test/run-suite.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

/** Of the whole file: some four minutes on two cores. */
const LIMIT_MS = 30 * 60_000;

/** The whole end-to-end suite out of what the deploy has uploaded to the account; a test run has time for a part of it. */
export async function soakDeployed({ say }: SoakRequest, run = runSuite): Promise<SoakOutcome> {
  const suite = {
    ...{ stage: 'deployed', project: 'e2e', files: ['tests/e2e/deployed.test.ts'], timeoutMs: LIMIT_MS },
    env: { DEPLOYED_SUITE: 'whole' },
  };
  const { passed, failed, skipped, seconds, output } = await run(suite, new AbortController().signal);
  const violations = [
    ...(failed > 0 ? [`${failed} tests of the suite failed`] : []),
    ...skipped.map((name) => `not run: ${name}`),
  ];
  if (violations.length > 0) say(output);
  return { counts: { tests: passed }, seeds: [0, 0], seconds, notes: [], violations };
}
