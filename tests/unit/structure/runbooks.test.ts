import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../../infra/observability/metrics.ts';
import { readService } from '../../../infra/serverless/read-service.ts';
import { LOCAL_NAMES } from '../../../scripts/local/start-cloud.ts';
import { monthlyCost } from '../../../scripts/scale/capacity.ts';
import { costsOf } from '../../../scripts/scale/day/recorded-days.ts';
import { readRecord } from '../../../scripts/scale/record.ts';
import { ROOT } from './import-graph.ts';

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('docs/runbooks/symptoms.md', () => {
  const bold = [...textOf('docs/runbooks/symptoms.md').matchAll(/^\| \*\*([^*]+)\*\*/gm)].map(([, words]) => words);

  it('has a row for every alarm, by what it says, and for no alarm that there is not', () => {
    expect(bold.filter((words) => words !== 'anything, first of all').sort()).toEqual(
      ALARMS.map(({ message }) => message).sort(),
    );
  });
});

/** Half of the last digit that is shown. */
const roundedBy = (shown: string): number => 0.5 / 10 ** (shown.split('.')[1]?.length ?? 0);

/** Figures of the runbook's table that the record and the prices do not give. */
function wrongCosts(text: string): string[] {
  const costs = costsOf(readRecord().calibration);
  const coresOf: Readonly<Record<number, number>> = { 1e3: 2, 1e4: 2, 1e5: 4, 1e6: 16 };
  const rows = [...text.matchAll(/^\| ([\d,]+) \| (.+) \|$/gm)];
  expect(rows).toHaveLength(4);
  return rows.flatMap(([, tasks = '', cells = '']) => {
    const merchants = Number(tasks.replaceAll(',', '')) / 30;
    const {
      functions,
      objects,
      downloads,
      database,
      sms,
      total,
      tasks: aMonth,
    } = monthlyCost(merchants, coresOf[merchants] ?? 0, costs);
    return cells.split(' | ').flatMap((shown, n) => {
      const value = (([functions, objects, downloads, database, sms, total][n] ?? Number.NaN) / aMonth) * 1000;
      return Math.abs(Number(shown) - value) <= roundedBy(shown) ? [] : [`${tasks}: ${shown} is ${value.toFixed(3)}`];
    });
  });
}

describe('docs/runbooks/costs.md', () => {
  it('says what was measured, by the prices that are assumed', () => {
    const text = textOf('docs/runbooks/costs.md');
    expect(wrongCosts(text)).toEqual([]);
    expect(wrongCosts(text.replace('| 1.1 |', '| 1.9 |'))).toEqual([expect.stringMatching(/^30,000: 1\.9 is 1\.\d/)]);
  });
});

describe('docs/decisions/0015', () => {
  it('says how many roles there are, and that an account has room for them', () => {
    const { functions } = readService(ROOT, { stage: 'local', env: LOCAL_NAMES });
    const without = functions.filter(({ role }) => role === null).map(({ name }) => `\`${name}\``);
    const text = textOf('docs/decisions/0015-a-role-for-each-function.md');
    expect(text).toContain(`every function but ${without.join(', ')}: well over a hundred`);
    expect([functions.length > 110, functions.length * 5 < 1000]).toEqual([true, true]);
  });
});
