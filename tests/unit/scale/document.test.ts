import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import { AS_DEPLOYED, PLATFORM } from '../../../scripts/scale/day/day-plan.ts';
import { costsOf } from '../../../scripts/scale/day/recorded-days.ts';
import { readDocument, withTables } from '../../../scripts/scale/document.ts';
import { readRecord } from '../../../scripts/scale/record.ts';
import { limitOf, readTimers, walksOf } from '../../../scripts/scale/timers.ts';

describe('docs/scale.md', () => {
  it('has the tables of the recorded figures', () => {
    const document = readDocument();
    expect(withTables(document, readRecord())).toBe(document);
  });

  it('would be found out: another figure, or a table without a place', () => {
    const record = readRecord();
    const other = { ...record, calibration: { ...record.calibration, imageMs: record.calibration.imageMs * 2 } };
    expect(withTables(readDocument(), other)).not.toBe(readDocument());
    expect(() => withTables('# Scale', record)).toThrow(/no place for the table/);
  });
});

describe('the timers', () => {
  const walks = walksOf(costsOf(readRecord().calibration));
  const migrations = readdirSync(join(import.meta.dirname, '../../../infra/migrations'))
    .map((name) => readFileSync(join(import.meta.dirname, '../../../infra/migrations', name), 'utf8'))
    .join('\n');

  it('are those of serverless.yml, each with what it walks', () => {
    expect([...new Set(walks.map(({ timer }) => timer))].sort()).toEqual([...readTimers().keys()].sort());
  });

  it.each(walks)('$timer has an index for $rows', ({ table, index }) => {
    const made = new RegExp(`CREATE TABLE ${table} \\([^;]*?KEY ${index}\\b|ALTER TABLE ${table} ADD KEY ${index}\\b`);
    if (index !== 'PRIMARY') expect(migrations).toMatch(made);
  });

  it('fall behind by their page, or by the time that they have', () => {
    const [walk] = walks;
    const settings = { everySeconds: 20, timeoutSeconds: 60, instances: 2 };
    if (!walk) throw new Error('no walk');
    expect(limitOf({ ...walk, page: 200, rowMs: 40 }, settings)).toMatchObject({ perSecond: 10, by: 'page' });
    expect(limitOf({ ...walk, page: 200, rowMs: 400 }, settings)).toMatchObject({ perSecond: 5, by: 'time' });
    const days = { ...walk, page: Number.POSITIVE_INFINITY, rowMs: 1, wholeDays: 2, aMerchantADay: 1 };
    expect(limitOf(days, settings).merchants).toBeCloseTo(30_000);
  });
});

describe('the simulated deployment', () => {
  interface Entry {
    readonly memorySize?: number;
    readonly reservedConcurrency?: number;
  }
  const file = readFileSync(join(import.meta.dirname, '../../../serverless.yml'), 'utf8');
  const service = parse(file, { merge: true }) as {
    provider: { memorySize: number };
    functions: Record<string, Entry>;
  };
  const entries = Object.entries(service.functions);
  const reserved = (name: string): number => service.functions[name]?.reservedConcurrency ?? Number.NaN;

  it('is that of serverless.yml', () => {
    expect(AS_DEPLOYED).toMatchObject({
      createTask: reserved('create-task'),
      getTask: reserved('get-task'),
      startTask: reserved('start-task'),
      imageStep: reserved('run-image-step'),
      sweepers: reserved('sweep-tasks'),
    });
  });

  it('gives the image step the smallest size that is one and a half times the highest memory that was measured', () => {
    const file = join(import.meta.dirname, '../../../docs/benchmarks.json');
    const rows = JSON.parse(readFileSync(file, 'utf8')) as {
      result: { row: string; checks: { what: string; value: number }[] };
    }[];
    const peaks = rows
      .filter(({ result }) => ['cutout', 'storyboard', 'video'].includes(result.row))
      .map(({ result }) => result.checks.find(({ what }) => what === 'RSS MiB')?.value ?? Number.NaN);
    expect(peaks).toHaveLength(3);
    const { memoryStepMb } = PLATFORM_LIMITS;
    const memory = Math.ceil((1.5 * Math.max(...peaks)) / memoryStepMb) * memoryStepMb;
    expect([service.functions['run-image-step']?.memorySize, PLATFORM.imageMb]).toEqual([memory, memory]);
  });

  it('reserves the memory and the connections that the document says', () => {
    const memory = entries.reduce(
      (sum, [, { memorySize = service.provider.memorySize, reservedConcurrency = 0 }]) =>
        sum + memorySize * reservedConcurrency,
      0,
    );
    const connections = entries
      .filter(([name]) => name !== 'health-live')
      .reduce((sum, [, entry]) => sum + (entry.reservedConcurrency ?? 0), 0);
    expect(readDocument()).toContain(`reserves ${memory.toLocaleString('en')} MB`);
    const leftMb = PLATFORM_LIMITS.regionConcurrencyMb - memory;
    expect(readDocument()).toContain(`other ${leftMb.toLocaleString('en')} MB`);
    expect(readDocument()).toContain(`room for ${PLATFORM_LIMITS.sharedInstances} of`);
    const sharing = Math.floor(leftMb / service.provider.memorySize);
    expect(readDocument()).toContain(`is ${connections} instances, and ${sharing} more fit`);
  });
});
