import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Calibration } from './calibrate/calibrate.ts';
import type { DayReport } from './day/simulate-day.ts';

/** What was measured and simulated last: docs/scale.json, from which the tables of docs/scale.md are written. */
export interface ScaleRecord {
  readonly measuredOn: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly loadAverage: number;
    readonly node: string;
  };
  readonly calibration: Calibration;
  readonly seed: number;
  readonly days: readonly ({ readonly name: string } & DayReport)[];
}

const FILE = fileURLToPath(new URL('../../docs/scale.json', import.meta.url));

export function readRecord(): ScaleRecord {
  return JSON.parse(readFileSync(FILE, 'utf8')) as ScaleRecord;
}

/** Four digits are more than the figures are good for. */
export function writeRecord(record: ScaleRecord): void {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  writeFileSync(FILE, `${JSON.stringify(record, rounded, 1)}\n`);
}
