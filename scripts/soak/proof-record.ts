import { DOMAINS } from './mutants/make-mutants.ts';
import { FOLDER_NAMES, FOLDERS } from './stryker/folders.ts';

/** What the last run of one part of the soak came to. Written only when no rule was broken. */
export interface ProofRow {
  readonly part: string;
  /** Things done, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  /** First and last seed. Whoever takes them gets the same runs again. */
  readonly seeds: readonly [number, number];
  readonly seconds: number;
  /** The commit that was checked out, and a hash of the product and proof at that commit: a part goes on where it is the same. */
  readonly commit: string;
  readonly code: string;
  /** YYYY-MM-DD, UTC. */
  readonly date: string;
  readonly machine: string;
  readonly notes: readonly string[];
}

export interface ProofRecord {
  readonly rows: readonly ProofRow[];
}

/** What the proof is to reach; the table says how far each part is. */
const WANTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  simulation: { sequences: 1_000_000 },
  bursts: { 'on MariaDB': 20_000, 'on MySQL 9': 20_000 },
};

/**
 * What a record must hold or `npm test` fails: every part that has been recorded, with what it reached, raised with every longer run. Where
 * the code decides how much there is to do (awaits, statements, mutants, pages), somewhat less than it came to.
 */
export const REQUIRED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  simulation: { sequences: 75_000 },
  bursts: { 'on MariaDB': 20_000, 'on MySQL 9': 20_000 },
  crashes: {
    ...{ 'create-task': 60, 'cancel-task': 60, 'retry-task': 90, 'purchase-membership': 90, 'pay-callback-wechat': 40 },
    ...{ 'start-task': 60, 'run-image-step': 60, 'sweep-tasks': 150, 'refund-order': 100, 'reconcile-orders': 130 },
  },
  cuts: { beforeSend: 300, afterSend: 300, midReply: 450, halfOpen: 20, midRequest: 100 },
  'database-faults': {
    ...{ 'server killed': 100, 'server stopped for longer than clients wait': 100, 'syncs fail': 100 },
    ...{ 'disk full': 100, 'connections taken': 100, 'clock jumps': 100 },
  },
  pages: { pages: 120, pictures: 360 },
  batch: { photos: 100, 'sent again': 5, 'canceled and repeated': 1, 'of no use': 4, files: 289 },
  'stryker-quota': { mutants: 130, noticed: 120 },
  'stryker-auth': { mutants: 950, noticed: 925 },
  'stryker-tasks-looked-at': { mutants: 230, noticed: 218 },
  'stryker-tasks': { mutants: 810, noticed: 790 },
  'stryker-tasks-work': { mutants: 435, noticed: 425 },
  'stryker-tasks-provider': { mutants: 515, noticed: 500 },
  'stryker-payments': { mutants: 390, noticed: 380 },
  'stryker-payments-alipay': { mutants: 950, noticed: 930 },
  'stryker-payments-orders': { mutants: 630, noticed: 610 },
  'stryker-payments-bills': { mutants: 310, noticed: 295 },
  'stryker-payments-wechat': { mutants: 800, noticed: 790 },
  'sql-mutants-orders': { mutants: 310, noticed: 290 },
  'sql-mutants-operators': { mutants: 90, noticed: 84 },
  'sql-mutants-credits': { mutants: 235, noticed: 220 },
  'sql-mutants-accounts': { mutants: 94, noticed: 90 },
  deployed: { tests: 27 },
  journeys: { tests: 135 },
};

const TITLES: Readonly<Record<string, string>> = {
  simulation: 'sequences of the product under a scheduler of faults, judged by a model',
  bursts: 'bursts of conflicting requests at once, on the real database',
  crashes: 'functions killed before and after each await, in processes of their own',
  cuts: 'connections to the database cut at every statement of every function, and by chance',
  ...Object.fromEntries(
    DOMAINS.map((domain) => [
      `sql-mutants-${domain}`,
      `small faults planted in the procedures of ${domain}, one at a time`,
    ]),
  ),
  schedules:
    'tasks that fan out to an engine and back, on the local cloud: events and leases as they should not be, engines that fail before or after they acted',
  ...Object.fromEntries(
    FOLDER_NAMES.map((folder) => [
      `stryker-${folder}`,
      `small faults planted in ${FOLDERS[folder].folder} (Stryker), one at a time`,
    ]),
  ),
  deployed:
    'the whole end-to-end suite, out of the zips and layers that a deploy uploaded to the stand-in of the account',
  journeys: 'every journey of merchants and operators through the pages, in a browser; a test run has time for some',
  batch:
    'a hundred photos of one batch in the browser: the queue with its estimate, sent again, canceled, repeated, and taken home as one archive',
  pages: 'pages in both languages and themes at three widths: each fits, and axe finds nothing serious',
  'database-faults': 'faults of the database under load, on the local cloud',
};

const whole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/** What of a row is less than a record must hold: such a row takes no place in it. */
export function shortOf({ part, counts }: Pick<ProofRow, 'part' | 'counts'>, required = REQUIRED): string[] {
  return Object.entries(required[part] ?? {}).flatMap(([what, least]) => {
    const done = counts[what];
    return done !== undefined && done >= least ? [] : [`${part}: ${done ?? 0} ${what}; ${least} must be done`];
  });
}

/** One line for each thing that is off: nothing, and the record is good. */
export function recordProblems({ rows }: ProofRecord, required = REQUIRED): string[] {
  const problems = Object.keys(required).flatMap((part) => {
    const row = rows.find((one) => one.part === part);
    return row === undefined ? [`${part}: not recorded`] : shortOf(row, required);
  });
  const parts = rows.map(({ part }) => part);
  const twice = parts.filter((part, n) => parts.indexOf(part) !== n).map((part) => `${part}: recorded twice`);
  return [...problems, ...twice, ...rows.flatMap(rowProblems)];
}

function rowProblems({ part, counts, seeds, seconds, commit, code, date, machine }: ProofRow): string[] {
  const checks: readonly (readonly [boolean, string])[] = [
    [part in TITLES, 'is no part of the soak'],
    [Object.keys(counts).length > 0 && Object.values(counts).every(whole), 'counts are whole numbers'],
    [seeds.length === 2 && seeds.every(whole) && seeds[0] <= seeds[1], 'seeds are a first and a last one'],
    [Number.isFinite(seconds) && seconds > 0, 'seconds are more than none'],
    [/^[0-9a-f]{40}$/.test(commit), 'a commit has 40 hex digits'],
    [/^[0-9a-f]{16}$/.test(code), 'the code has 16 hex digits'],
    [/^\d{4}-\d{2}-\d{2}$/.test(date), 'a date is YYYY-MM-DD'],
    [machine.length > 10, 'the machine is described'],
  ];
  return checks.filter(([good]) => !good).map(([, rule]) => `${part}: ${rule}`);
}

/** docs/proof.md: made from docs/proof.json alone, so that the two cannot differ. */
export function toProofText({ rows }: ProofRecord): string {
  const number = (value: number): string => value.toLocaleString('en');
  const lines = rows.map(({ part, counts, seeds, seconds, commit, date, notes }) => {
    const done = Object.entries(counts).map(([what, count]) => {
      const wanted = WANTED[part]?.[what];
      return wanted !== undefined && count < wanted
        ? `**${number(count)}** of ${number(wanted)} ${what}`
        : `${number(count)} ${what}`;
    });
    const cells = [
      `\`${part}\`: ${TITLES[part] ?? ''}`,
      [...done, ...notes].join('<br>'),
      `${seeds[0]} – ${seeds[1]}`,
      duration(seconds),
      `${commit.slice(0, 10)}, ${date}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const missing = Object.keys(TITLES).filter((part) => rows.every((row) => row.part !== part));
  const notYet =
    missing.length === 0 ? '' : `Not recorded yet: ${missing.map((part) => `\`${part}\``).join(', ')}.\n\n`;
  const machines = [...new Set(rows.map(({ machine }) => machine))];
  return `# What has been proved, and how often

\`npm run soak\` does what takes longer than a test run may, and writes this page; \`npm run soak -- --only bursts\` does one part.
A part that breaks a rule writes nothing: it prints the rule, and the command that shows it again (\`--only bursts --seed 20000017\`,
\`--only crashes --function create-task\`); nor does what is less than was recorded before, or \`--scale 0.01\`. \`npm test\` does the same things
fewer times, and fails when a count below falls behind what was reached before. A part that was stopped goes on by
\`npm run soak -- --only simulation\` as long as nothing of ours that it runs has changed; \`--minutes 60\` ends it in time.
What was said of a planted fault (\`sql-mutants-*\`, \`stryker-*\`) stands until the product or the test changes; what they took is the last run's.

| part | done, without one broken rule | seeds | took | commit |
|---|---|---|---|---|
${lines.join('\n')}

${notYet}Machine: ${machines.join('; ')}.
`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return `${Math.round(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
