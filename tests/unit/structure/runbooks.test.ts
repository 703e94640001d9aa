import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../../infra/observability/metrics.ts';
import { readService } from '../../../infra/serverless/read-service.ts';
import { LOCAL_NAMES } from '../../../scripts/local/local-names.ts';
import { monthlyCost } from '../../../scripts/scale/capacity.ts';
import { costsOf } from '../../../scripts/scale/day/recorded-days.ts';
import { readRecord } from '../../../scripts/scale/record.ts';
import { LOG_EVENTS } from '../../../shared/logging/events.ts';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';

const FUNCTIONS = readService(ROOT, { stage: 'local', env: LOCAL_NAMES }).functions;
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('docs/runbooks/symptoms.md', () => {
  const bold = [...textOf('docs/runbooks/symptoms.md').matchAll(/^\| \*\*([^*]+)\*\*/gm)].map(([, words]) => words);

  it('has a row for every alarm, by what it says, and for no alarm that there is not', () => {
    expect(bold.filter((words) => words !== 'anything, first of all').sort()).toEqual(
      ALARMS.map(({ message }) => message).sort(),
    );
  });
});

/** What asks a channel, or is told by one. */
const MONEY =
  /^(shared\/payments|functions\/(pay-callback-\w+|reconcile-\w+|purchase-membership|get-order|ops\/refund-order))\//;

/** The first cells of the table that begins with that head. */
const firstCells = (text: string, head: string): string[] => {
  const [table = ''] = (text.split(`\n| ${head} |`)[1] ?? '').split('\n\n');
  return [...table.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell]) => cell as string);
};
const quoted = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/'(\w+)'/g)].map(([, word]) => word ?? '');

function differing(what: string, told: readonly string[], known: readonly string[]): string[] {
  const unknown = told.filter((one) => !known.includes(one)).map((one) => `there is no ${what} ${one}`);
  return [...known.filter((one) => !told.includes(one)).map((one) => `${what} ${one} has no row`), ...unknown];
}

/** Where the runbook, the code and the database tell of other classes of cases. */
function differingClasses(text: string): string[] {
  const source = textOf('shared/payments/open-case.ts');
  const classes = quoted(/^export type CaseClass =([^;]*);/m.exec(source)?.[1]);
  const remedies = quoted(/^ {2}readonly remedy:([^;]*);/m.exec(source)?.[1]);
  const schema = listFiles(ROOT, ['infra/migrations']).map(textOf).join('\n');
  const inDatabase = [...schema.matchAll(/CONSTRAINT case_class CHECK \(class IN \(([^)]*)\)\)/g)].at(-1)?.[1];
  const rows = firstCells(text, 'class').map((cell) => /^`(\w+)`/.exec(cell)?.[1] ?? cell);
  // Also where the text speaks of one.
  const named = [...text.matchAll(/`(\w+)`, remedy `(\w+)`/g)];
  const done = named.map(([, , remedy = '']) => remedy);
  return [
    ...differing('class', [...rows, ...named.map(([, one = '']) => one)], classes),
    ...differing('class of the database', classes, quoted(inDatabase)),
    ...done.filter((one) => !remedies.includes(one)).map((one) => `there is no remedy ${one}`),
  ];
}

/** Where the runbook and what the money's parts log, as a warning or worse, differ. */
function differingAlerts(text: string): string[] {
  const sources = listFiles(ROOT, ['functions', 'shared'], MONEY).map(textOf).join('\n');
  const logged = Object.entries(LOG_EVENTS).filter(
    ([name, level]) => level !== 'info' && sources.includes(`'${name}'`),
  );
  const isTimers = (cell: string) => cell.includes(' of ');
  const cells = firstCells(text, 'log event');
  const ticking = FUNCTIONS.filter(({ source, timers }) => timers.length > 0 && MONEY.test(`${source}/`));
  return [
    ...differing(
      'event',
      cells.filter((cell) => !isTimers(cell)),
      logged.map(([name, level]) => `\`${name}\` (${level})`),
    ),
    ...differing('timer', cells.filter(isTimers), [
      `\`timer_failed\` of ${ticking.map(({ name }) => `\`${name}\``).join(', ')}`,
    ]),
  ];
}

describe('docs/runbooks/money.md', () => {
  const text = textOf('docs/runbooks/money.md');

  it('has a row for every class of cases, and for none that there is not', () => {
    expect(differingClasses(text)).toEqual([]);
    expect(differingClasses(text.replace(/^\| `paid_twice`.*\n/m, ''))).toEqual(['class paid_twice has no row']);
    const other = text
      .replace('| `amount_differs` |', '| `amount_unknown` |')
      .replace('remedy `held`', 'remedy `kept`');
    expect(differingClasses(other)).toEqual([
      'class amount_differs has no row',
      'there is no class amount_unknown',
      'there is no remedy kept',
    ]);
  });

  it('has a row for every warning and error of the parts that move money, and for none that there is not', () => {
    expect(differingAlerts(text)).toEqual([]);
    expect(differingAlerts(text.replace('| `channel_failed` (warn) |', '| `channel_lost` (error) |'))).toEqual([
      'event `channel_failed` (warn) has no row',
      'there is no event `channel_lost` (error)',
    ]);
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
    const without = FUNCTIONS.filter(({ role }) => role === null).map(({ name }) => `\`${name}\``);
    const text = textOf('docs/decisions/0015-a-role-for-each-function.md');
    expect(text).toContain(`every function but ${without.join(', ')}: well over a hundred`);
    expect([FUNCTIONS.length > 110, FUNCTIONS.length * 5 < 1000]).toEqual([true, true]);
  });
});
