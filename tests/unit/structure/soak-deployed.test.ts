import { describe, expect, it } from 'vitest';
import { soakDeployed } from '../../../scripts/soak/parts/soak-deployed.ts';
import type { Suite } from '../../../scripts/test/run-suite.ts';
import type { StageResult } from '../../../scripts/test/stage-result.ts';

const request = { scale: 1, before: null, isOver: () => false, say: () => undefined, keep: async () => undefined };
const ended = (over: Partial<StageResult> = {}) => {
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
  return soakDeployed(request, run).then((outcome) => ({ outcome, asked }));
};

describe('the suite out of deployed zips, as a part of the soak', () => {
  it('is asked for as a whole, and counts what passed', async () => {
    const { outcome, asked } = await ended();
    expect(asked).toMatchObject([{ files: ['tests/e2e/deployed.test.ts'], env: { DEPLOYED_SUITE: 'whole' } }]);
    expect(outcome).toMatchObject({ counts: { tests: 20 }, seconds: 7, violations: [] });
  });

  it('is no proof when a test failed, or was left out', async () => {
    expect((await ended({ failed: 2 })).outcome.violations).toEqual(['2 tests of the suite failed']);
    expect((await ended({ skipped: ['the main job'] })).outcome.violations).toEqual(['not run: the main job']);
  });
});
