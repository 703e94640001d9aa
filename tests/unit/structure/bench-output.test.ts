import { describe, expect, it } from 'vitest';
import { toJson } from '../../../scripts/bench/print-row.ts';
import { compareRounds, mergeSlices } from '../../../scripts/bench/ratios.ts';
import { checksOf, describeSamples, exitCodeOf, type RowResult } from '../../../scripts/bench/row.ts';

/** One slice: 1000 requests in so many milliseconds. */
const slice = (wallMs: number) => ({ operations: 1000, wallMs, cpuMs: 200, databaseCpuMs: 80, clientCpuMs: 50 });
const OURS = [slice(200), slice(250)];
const comparison = compareRounds(OURS, [slice(1000), slice(1000)]);
const result = (wall: number): RowResult => ({
  ...{ row: 'create', against: 'a peer', wall: comparison.wall, cpu: comparison.cpu },
  ...{ checks: checksOf(comparison, { wall, cpu: 1 }), figures: ['ours: 4,500/s'] },
});
const printed: RowResult = { ...result(4), wall: null, cpu: null, checks: [] };

describe('a row of the benchmark as JSON', () => {
  it('is one line: what was measured against what, its ratios and their spread, and whether it reached its figures', () => {
    const line = toJson(result(4), 1.5);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      ...{ row: 'create', against: 'a peer', wallRatio: 4.5, cpuRatio: 1, spread: { wall: [4, 5], cpu: [1, 1] } },
      ...{ reach: 'wall ≥ 4, cpu ≤ 1', ok: true, values: { wall: 4.5, cpu: 1 }, figures: ['ours: 4,500/s'], load: 1.5 },
    });
    expect(JSON.parse(toJson(result(4.6), 1.5))).toMatchObject({ reach: 'wall ≥ 4.6, cpu ≤ 1', ok: false });
  });

  it('has no ratio where nothing is compared, and is missed by no figure', () => {
    const row = { wallRatio: null, cpuRatio: null, spread: { wall: null, cpu: null }, reach: 'printed', ok: true };
    expect(JSON.parse(toJson(printed, 0))).toMatchObject(row);
  });
});

it('the command ends with 1 when one figure is missed or one row could not be measured, and only then', () => {
  expect(exitCodeOf([result(4), printed], 0)).toBe(0);
  expect(exitCodeOf([result(4), result(4.6)], 0)).toBe(1);
  expect(exitCodeOf([result(4)], 1)).toBe(1);
  expect(exitCodeOf([result(Number.NaN)], 0)).toBe(1);
});

it('a figure says what an operation takes of the server, of its database and of whoever sends it', () => {
  const merged = mergeSlices(slice(200), slice(250));
  expect(merged).toMatchObject({ operations: 2000, cpuMs: 400, clientCpuMs: 100 });
  expect(describeSamples('ours', [merged])).toBe('ours: 4,444/s, 200 µs CPU (database 80), client 50');
  expect(describeSamples('ours', [{ operations: 1000, wallMs: 200, cpuMs: 200 }])).toBe('ours: 5,000/s, 200 µs CPU');
});
