import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BENCH_ROWS } from '../../../scripts/bench/bench-rows.ts';
import { BENCHMARKS_JSON, type MeasuredRow } from '../../../scripts/bench/write-benchmarks.ts';

it('docs/benchmarks.md holds a measurement of every row of the benchmark, and of no other', () => {
  const measured = JSON.parse(readFileSync(BENCHMARKS_JSON, 'utf8')) as MeasuredRow[];
  expect([...new Set(measured.map(({ result }) => result.row))]).toEqual(BENCH_ROWS.map(({ name }) => name));
});
