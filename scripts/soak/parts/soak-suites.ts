import { runSuite, type Suite } from '../../test/run-suite.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

/** Of a suite: some four minutes (deployed) or eight (journeys) on two cores. */
const LIMIT_MS = 30 * 60_000;

/** All of a suite of which a test run has time for a part. */
const wholeSuite =
  (suite: Omit<Suite, 'timeoutMs'>) =>
  async ({ say }: SoakRequest, run = runSuite): Promise<SoakOutcome> => {
    const asked = { ...suite, timeoutMs: LIMIT_MS };
    const { passed, failed, skipped, seconds, output } = await run(asked, new AbortController().signal);
    const violations = [
      ...(failed > 0 ? [`${failed} tests of the suite failed`] : []),
      ...skipped.map((name) => `not run: ${name}`),
    ];
    if (violations.length > 0) say(output);
    return { counts: { tests: passed }, seeds: [0, 0], seconds, notes: [], violations };
  };

/** The end-to-end suite out of what the deploy has uploaded to the account. */
export const soakDeployed = wholeSuite({
  ...{ stage: 'deployed', project: 'e2e', files: ['tests/e2e/deployed.test.ts'] },
  env: { DEPLOYED_SUITE: 'whole' },
});

/** Each journey through the pages in a browser. */
export const soakJourneys = wholeSuite({ stage: 'journeys', project: 'browser', env: { BROWSER_SUITE: 'whole' } });
