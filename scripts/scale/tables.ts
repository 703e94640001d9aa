import { databaseMsPerTask, imageInstances, merchantsOf, monthlyCost, tasksPerSecond } from './capacity.ts';
import { AS_DEPLOYED, NORMAL_DAY, PLATFORM, peakRate } from './day/day-plan.ts';
import { costsOf } from './day/recorded-days.ts';
import type { ScaleRecord } from './record.ts';
import { limitOf, readTimers, walksOf } from './timers.ts';

type Lines = readonly string[];

const digits = (value: number, count = 3): string => Number(value.toPrecision(count)).toLocaleString('en');
const percent = (share: number): string => `${share > 0 ? '+' : ''}${Math.round(share * 100)} %`;
const ms = (value: number): string =>
  value >= 7_200_000
    ? `${digits(value / 3_600_000)} h`
    : value >= 120_000
      ? `${digits(value / 60_000)} min`
      : value >= 1000
        ? `${digits(value / 1000)} s`
        : `${digits(value)} ms`;
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const head = (...cells: readonly string[]): string[] => [row(...cells), row(...cells.map(() => '---'))];

/** The tables of docs/scale.md, each from what was recorded. */
export const TABLES: Readonly<Record<string, (record: ScaleRecord) => Lines>> = {
  costs: ({ calibration: { costs, imageMs }, measuredOn, machine }) => [
    ...head('operation', 'database, ms of a core', 'our side, ms of a core', 'calls / commits'),
    ...(['create', 'accept', 'finish', 'read'] as const).map((name) => {
      const { databaseMs, clientMs, calls, commits } = costs[name];
      return row(name, digits(databaseMs, 2), digits(clientMs, 2), `${calls} / ${commits}`);
    }),
    row('one photo, all processes', '', digits(imageMs), ''),
    '',
    `Measured on ${measuredOn}: ${machine.cpu}, ${machine.cores} cores, load average ${digits(machine.loadAverage, 2)}, ` +
      `Node ${machine.node}, MariaDB with every commit flushed; a small flush took ${digits(costs.flushMs, 2)} ms.`,
  ],

  calibration: ({ calibration: { capacityPerSecond, rows, rounds } }) => [
    ...head(
      'load',
      'others’ cores',
      'per second: measured, model',
      'p50: measured, model',
      'p99: measured, model',
      'error of rate, p50, p99',
    ),
    ...rows.map(({ load, measured, predicted, errors, othersBusy }) =>
      row(
        load,
        digits(othersBusy, 2),
        `${digits(measured.perSecond)}, ${digits(predicted.perSecond)}`,
        `${ms(measured.cycle.p50Ms)}, ${ms(predicted.cycle.p50Ms)}`,
        `${ms(measured.cycle.p99Ms)}, ${ms(predicted.cycle.p99Ms)}`,
        [errors.perSecond, errors.p50, errors.p99].map(percent).join(', '),
      ),
    ),
    '',
    `The capacity, with 16 at once and as fast as it goes, was ${digits(capacityPerSecond)} tasks a second; each load ran ` +
      `${rounds} times, and the round with the middle p50 is shown.`,
  ],

  primary: ({ calibration }) => {
    const costs = costsOf(calibration);
    return [
      ...head('cores', 'tasks/s at 60 % of its cores', 'merchants (1 task a day each)'),
      ...[2, 4, 8, 16, 32, 64].map((cores) => {
        const rate = tasksPerSecond(cores, costs);
        return row(cores, digits(rate), digits(rate / peakRate({ merchants: 1, behaviour: NORMAL_DAY }), 2));
      }),
      '',
      `One task takes ${digits(databaseMsPerTask(costs), 2)} ms of a core with its reads, and four commits.`,
    ];
  },

  images: ({ calibration }) => {
    const costs = costsOf(calibration);
    return [
      ...head(
        'merchants',
        'tasks/s in the busiest hour',
        'instances of the image step that are busy then',
        'their memory, MB',
      ),
      ...[1e3, 1e4, 1e5, 1e6].map((merchants) => {
        const instances = imageInstances(merchants, costs);
        const peak = peakRate({ merchants, behaviour: NORMAL_DAY });
        return row(
          merchants.toLocaleString('en'),
          digits(peak),
          instances,
          (instances * PLATFORM.imageMb).toLocaleString('en'),
        );
      }),
      '',
      `The ${AS_DEPLOYED.imageStep} instances of serverless.yml carry ${digits(merchantsOf(AS_DEPLOYED.imageStep, costs), 2)} merchants in their busiest hour, without bursts.`,
    ];
  },

  timers: ({ calibration }) => {
    const timers = readTimers();
    return [
      ...head('timer, every', 'what it walks', 'by index', 'a tick', 'falls behind above', 'merchants', 'the step'),
      ...walksOf(costsOf(calibration)).map((walk) => {
        const settings = timers.get(walk.timer);
        if (settings === undefined) throw new Error(`serverless.yml has no timer ${walk.timer}`);
        const { perSecond, by, merchants } = limitOf(walk, settings);
        return row(
          `${walk.timer}, ${ms(settings.everySeconds * 1000)}`,
          walk.rows,
          `\`${walk.table}.${walk.index}\``,
          Number.isFinite(walk.page) ? walk.page.toLocaleString('en') : 'all',
          `${digits(perSecond, 2)}/s (${by}), ${digits(perSecond * 86_400, 2)} a day`,
          merchants === undefined ? '' : digits(merchants, 2),
          walk.step,
        );
      }),
    ];
  },

  costs_a_month: ({ calibration }) => {
    const costs = costsOf(calibration);
    const cores = { 1e3: 2, 1e4: 2, 1e5: 4, 1e6: 16 };
    return [
      ...head(
        'merchants',
        'tasks a month',
        'functions',
        'COS',
        'downloads',
        'database (cores)',
        'SMS',
        'sum, CNY',
        'a merchant',
      ),
      ...Object.entries(cores).map(([merchants, databaseCores]) => {
        const cost = monthlyCost(Number(merchants), databaseCores, costs);
        const { functions, objects, downloads, database, sms, total, tasks } = cost;
        return row(
          ...[cost.merchants, tasks].map((value) => value.toLocaleString('en')),
          ...[functions, objects, downloads].map((value) => digits(value, 2)),
          `${digits(database, 2)} (${databaseCores})`,
          ...[sms, total, total / cost.merchants].map((value) => digits(value, 2)),
        );
      }),
    ];
  },

  days: ({ days, seed }) => [
    ...head(
      'day',
      'image instances',
      'tasks',
      'photo → pictures: p50, p99',
      'images busy',
      'refused by the queue’s deadline',
      'sweeper: most rows behind, longest',
      'database: cores busy, row wait p99',
    ),
    ...days.map((day) =>
      row(
        day.name,
        day.imageStep.servers,
        digits(day.created),
        `${ms(day.done.p50Ms)}, ${ms(day.done.p99Ms)}`,
        `${Math.round(day.imageStep.utilisation * 100)} %, most ${day.imageStep.mostBusy}`,
        `${day.queueTimeouts.toLocaleString('en')} (${digits((day.queueTimeouts / day.created) * 100, 2)} %)`,
        day.sweeper.mostBehind === 0
          ? 'never'
          : `${day.sweeper.mostBehind.toLocaleString('en')}, ${ms(day.sweeper.behindMs.maxMs)}`,
        `${digits(day.database.cores.utilisation * 100, 2)} % of ${day.database.cores.servers}, ${ms(day.database.rows.wait.p99Ms)}`,
      ),
    ),
    '',
    `Seed ${seed}; ${digits(days.reduce((sum, day) => sum + day.events, 0) / 1e6)} million events. ` +
      `Work events that found all instances busy and waited for their next minute, at most: ${days.map((day) => day.work.mostHeld.toLocaleString('en')).join(' · ')}. ` +
      `Work objects that the sweeper wrote again: ${days.map((day) => day.restartedUnits.toLocaleString('en')).join(' · ')}.`,
  ],
};
