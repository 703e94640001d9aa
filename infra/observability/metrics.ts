/** One question to the logs. Its answer is a table; an alarm reads the column `value`. */
export interface Metric {
  readonly id: string;
  readonly title: string;
  /** CLS: what is searched, `|`, SQL over it. */
  readonly query: string;
  readonly chart: 'timeseries' | 'table';
}

export interface AlarmRule {
  readonly metric: string;
  /** Minutes looked at; asked as often. */
  readonly minutes: number;
  /** Of the SQL's answer: `$1.value > 0`. */
  readonly condition: string;
  /** In a row, before anybody is woken. */
  readonly times: number;
  readonly critical: boolean;
  readonly message: string;
}

/** SCF puts a printed line into SCF_Message as it is (https://cloud.tencent.com/document/product/583/60336). */
const field = (name: string): string => `json_extract_scalar(SCF_Message, '$.${name}')`;
const number = (name: string): string => `cast(${field(name)} as double)`;
const isLog = (...events: readonly string[]): string =>
  `${field('log')} in (${events.map((event) => `'${event}'`).join(', ')})`;
const counted = (condition: string): string => `count_if(${condition})`;

const failed = `(${isLog('unit_done')} and ${field('outcome')} = 'failed') or ${isLog('input_refused')}`;
const succeeded = `${isLog('unit_done')} and ${field('outcome')} = 'succeeded'`;
const expired = `coalesce(sum(${number('expired')}), 0)`;
/** https://cloud.tencent.com/document/product/614/58981; it goes with no estimating function, so `latency` has no time. */
const bySlot = 'histogram(cast(__TIMESTAMP__ as timestamp), INTERVAL 5 MINUTE) as slot';

/** Only lines that functions print; the platform's own have another form. */
const LINES = 'SCF_Type:Custom';
const over = (select: string, where: string, rest = ''): string => `${LINES} | select ${select} where ${where}${rest}`;
const inTime = (select: string, where: string): string =>
  over(`${bySlot}, ${select}`, where, ' group by slot order by slot');

/** A task that fails, is refused or expires gives its credits back in the same transaction: one rate for both. */
export const METRICS: readonly Metric[] = [
  {
    id: 'failure-and-refund-rate',
    title: 'Tasks that ended with their credits returned, in 100',
    query: inTime(
      `100.0 * (${counted(failed)} + ${expired}) / greatest(1, ${counted(failed)} + ${expired} + ${counted(succeeded)}) as value`,
      isLog('unit_done', 'input_refused', 'timer_done'),
    ),
    chart: 'timeseries',
  },
  {
    id: 'queue-age',
    title: 'The longest that a unit has waited, in seconds',
    query: inTime(`coalesce(max(${number('oldestWaitMs')}), 0) / 1000 as value`, isLog('timer_done')),
    chart: 'timeseries',
  },
  {
    id: 'callback-failures',
    title: 'Notifies of payment that were refused or did not fit',
    query: inTime('count(*) as value', isLog('callback_refused', 'callback_mismatch')),
    chart: 'timeseries',
  },
  {
    id: 'callback-mismatches',
    title: 'Authentic notifies that do not fit their order',
    query: inTime('count(*) as value', isLog('callback_mismatch')),
    chart: 'timeseries',
  },
  {
    id: 'reconciliation',
    title: 'Differences between bills and books, by class',
    query: over(
      `${field('class')} as class, ${field('remedy')} as remedy, count(*) as value`,
      isLog('reconciliation_case'),
      ' group by class, remedy order by value desc',
    ),
    chart: 'table',
  },
  {
    id: 'cold-starts',
    title: 'Requests that met a cold start, in 100',
    query: inTime(`100.0 * ${counted(`${field('coldStart')} = 'true'`)} / count(*) as value`, isLog('request_done')),
    chart: 'timeseries',
  },
  {
    id: 'latency',
    title: 'Milliseconds of an operation: p95, and how many',
    query: over(
      `${field('function')} as operation, approx_percentile(${number('ms')}, 0.95) as value, count(*) as requests`,
      isLog('request_done'),
      ' group by operation order by value desc limit 100',
    ),
    chart: 'table',
  },
  {
    id: 'unavailable',
    title: 'Requests answered 500 or 503',
    query: inTime(
      'count(*) as value',
      isLog('request_failed', 'request_unavailable', 'config_invalid', 'services_failed'),
    ),
    chart: 'timeseries',
  },
  {
    id: 'timer-failures',
    title: 'Timers that failed',
    query: inTime('count(*) as value', isLog('timer_failed')),
    chart: 'timeseries',
  },
];

const alarm = (
  metric: string,
  minutes: number,
  condition: string,
  message: string,
  { times = 1, critical = false } = {},
): AlarmRule => ({ metric, minutes, condition, times, critical, message });

/** What each means and what to do: docs/runbooks/symptoms.md. */
export const ALARMS: readonly AlarmRule[] = [
  alarm('failure-and-refund-rate', 15, '$1.value > 10', 'More than one task in ten gives its credits back', {
    times: 2,
  }),
  alarm('queue-age', 15, '$1.value > 300', 'A unit of work has waited for more than five minutes'),
  alarm('callback-failures', 15, '$1.value > 20', 'Many notifies of payment are refused'),
  alarm('callback-mismatches', 5, '$1.value > 0', 'An authentic notify does not fit its order', { critical: true }),
  alarm('reconciliation', 60, '$1.value > 0', 'A bill and the books differ', { critical: true }),
  alarm('cold-starts', 60, '$1.value > 30', 'Three requests in ten meet a cold start', { times: 3 }),
  alarm('latency', 15, '$1.requests > 20 && $1.value > 2000', 'An operation takes more than two seconds (p95)', {
    times: 2,
  }),
  alarm('unavailable', 5, '$1.value > 5', 'Requests are answered 500 or 503', { critical: true }),
  alarm('timer-failures', 5, '$1.value > 2', 'A timer fails again and again', { critical: true }),
];
