import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  BENCHMARKS_JSON,
  type MeasuredRow,
  replaceMeasured,
  toTable,
} from '../../../scripts/bench/write-benchmarks.ts';

const BEGIN = '<!-- measured: written by `npm run bench -- --write` -->';
const END = '<!-- /measured -->';
const document = readFileSync(fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url)), 'utf8');

const row = (bound: number): MeasuredRow => ({
  ...{ load: 0.5, commit: 'abc1234', date: '2026-01-31', how: '5 rounds', machine: 'a machine' },
  result: {
    ...{ row: 'token', against: 'a | b', wall: { median: 9, min: 8, max: 10 }, cpu: null, figures: ['ours: 1/s'] },
    checks: [{ what: 'wall', value: 9, rule: '≥' as const, bound }],
  },
});

describe('docs/benchmarks.md', () => {
  it('holds what was measured', () => {
    const measured = JSON.parse(readFileSync(BENCHMARKS_JSON, 'utf8')) as MeasuredRow[];
    expect(replaceMeasured(document, toTable(measured))).toBe(document);
  });

  it('is written between its marks only', () => {
    expect(replaceMeasured(`before ${BEGIN} old ${END} after`, 'new')).toBe(`before ${BEGIN}\n\nnew\n\n${END} after`);
  });

  it.each([['no marks'], [`${END} ${BEGIN}`], [`${BEGIN} ${BEGIN} ${END}`]])(
    'is not written where %s stands',
    (text) => {
      expect(() => replaceMeasured(text, 'new')).toThrow(/once each/);
    },
  );

  it('says of each row whether its figures were reached', () => {
    expect(toTable([row(8)])).toContain('| reached |');
    expect(toTable([row(10)])).toContain('wall 9.00 ≥ 10 MISSED | **missed** |');
    expect(toTable([row(8)])).toContain('a \\| b');
  });
});
