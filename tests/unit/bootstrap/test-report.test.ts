import { describe, expect, it } from 'vitest';
import { licenceProblems } from '../../../scripts/test/licence-rules.ts';
import { parseSelection } from '../../../scripts/test/parse-selection.ts';
import { closingLine, exitCode, type StageResult } from '../../../scripts/test/stage-result.ts';
import { tallyReport } from '../../../scripts/test/vitest-report.ts';

const test = (status: string, fullName = status, why?: string) => ({
  status,
  fullName,
  ...(why !== undefined && { failureMessages: [why] }),
});
const file = (status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults,
});
const stage = (passed: number, failed: number): StageResult => ({
  stage: 'unit',
  passed,
  failed,
  seconds: 1,
  failures: [],
  skipped: [],
  output: '',
});

describe('tallyReport', () => {
  it('counts tests and names those that were left out', () => {
    const report = {
      testResults: [
        file(
          'failed',
          test('passed'),
          test('failed', 'adds', 'Error: 3 is not 4\n at add.ts:1'),
          test('skipped', 'on d2'),
          test('todo'),
        ),
      ],
    };
    expect(tallyReport(report, 1)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['adds — Error: 3 is not 4'],
      skipped: ['on d2', 'todo'],
    });
  });

  it('a file that could not be loaded is one failure', () => {
    expect(tallyReport({ testResults: [file('failed'), file('passed', test('passed'))] }, 1)).toMatchObject({
      passed: 1,
      failed: 1,
      failures: ['a.test.ts'],
    });
  });

  it.each([
    ['an exit code without a failed test', { testResults: [file('passed', test('passed'))] }, 1],
    ['a crash before the report, whatever the exit code', undefined, 0],
  ])('%s is a failure', (_what, report, code) => {
    expect(tallyReport(report, code).failed).toBe(1);
  });
});

describe('the end of a run', () => {
  it('closes with the sums of all stages', () => {
    expect(closingLine([stage(5, 0), stage(120, 2)])).toBe('125 passed, 2 failed');
  });

  it('is a success only when something ran and nothing failed', () => {
    expect(exitCode([stage(3, 0), stage(0, 0)])).toBe(0);
    expect(exitCode([stage(3, 0), stage(9, 1)])).toBe(1);
    expect(exitCode([stage(0, 0)])).toBe(1);
    expect(exitCode([])).toBe(1);
  });
});

describe('parseSelection', () => {
  it('takes stages by name, and all of them without arguments', () => {
    expect([...parseSelection(['--only', 'unit,static'])]).toEqual(['unit', 'static']);
    expect([...parseSelection([])]).toEqual([
      'static',
      'unit',
      'integration',
      'mysql9',
      'e2e',
      'browser',
      'property',
      'fault',
    ]);
  });

  it.each([['--only'], ['--only', 'units'], ['--only', 'unit,'], ['unit']])('refuses %j', (...args) => {
    expect(() => parseSelection(args)).toThrow('usage: npm test');
  });
});

describe('licenceProblems', () => {
  const problem = (licence: string, dev = false, name = 'some-package') => licenceProblems([{ name, licence, dev }])[0];

  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'GPL-2.0 OR Apache-2.0', 'MIT AND BSD-3-Clause'])(
    '%s may be deployed',
    (l) => {
      expect(problem(l)).toBeUndefined();
    },
  );

  it.each(['GPL-3.0-only', 'MIT AND GPL-2.0', 'AGPL-3.0', 'SEE LICENSE IN x', ''])(
    '"%s" may not, and is named',
    (l) => {
      expect(problem(l)).toMatch(/^some-package: .*not allowed/);
    },
  );

  it('MPL is for tools only, LGPL for the library that sharp loads only', () => {
    expect(problem('MPL-2.0', true)).toBeUndefined();
    expect(problem('MPL-2.0')).toBeDefined();
    expect(problem('LGPL-3.0-or-later', false, '@img/sharp-libvips-linux-x64')).toBeUndefined();
    expect(problem('LGPL-3.0-or-later', true)).toBeDefined();
  });
});
