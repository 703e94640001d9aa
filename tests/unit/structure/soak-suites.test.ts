import { describe, expect, it } from 'vitest';
import { soakDeployed, soakJourneys } from '../../../scripts/soak/parts/soak-suites.ts';
import type { Suite } from '../../../scripts/test/run-suite.ts';
import type { StageResult } from '../../../scripts/test/stage-result.ts';

const request = { scale: 1, before: null, isOver: () => false, say: () => undefined, keep: async () => undefined };
const ended = (over: Partial<StageResult> = {}, soak = soakDeployed) => {
  const asked: Suite[] = [];
  const result = {
    stage: 'deployed',
    passed: 20,
    failed: 0,
    seconds: 7,
    failures: [],
    skipped: [],
    output: '',
    ...over,
  };
  const run = async (suite: Suite) => {
    asked.push(suite);
    return result;
  };
  return soak(request, run).then((outcome) => ({ outcome, asked }));
};

describe('a suite of which a test run has time for a part, as a part of the soak', () => {
  it('is asked for as a whole, and counts what passed', async () => {
    const { outcome, asked } = await ended();
    expect(asked).toMatchObject([{ files: ['tests/e2e/deployed.test.ts'], env: { DEPLOYED_SUITE: 'whole' } }]);
    expect(outcome).toMatchObject({ counts: { tests: 20 }, seconds: 7, violations: [] });
    const journeys = await ended({}, soakJourneys);
    expect(journeys.asked).toMatchObject([{ project: 'browser', env: { BROWSER_SUITE: 'whole' } }]);
  });

  it('is no proof when a test failed, or was left out', async () => {
    expect((await ended({ failed: 2 })).outcome.violations).toEqual(['2 tests of the suite failed']);
    expect((await ended({ skipped: ['the main job'] })).outcome.violations).toEqual(['not run: the main job']);
  });
});
