import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { REPOSITORY_ROOT } from '../build/build-functions.ts';
import { findServer } from '../database/find-server.ts';
import { runProgram } from '../database/run-program.ts';
import { describeCheck, describeRatios } from './print-row.ts';
import { allReached, type RowResult } from './row.ts';

/** A row as it was measured, and when. */
export interface MeasuredRow {
  readonly result: RowResult;
  /** One-minute load average when the row had ended. */
  readonly load: number;
  readonly commit: string;
  readonly date: string;
  readonly how: string;
  readonly machine: string;
}

const TEXT = join(REPOSITORY_ROOT, 'docs', 'benchmarks.md');
export const BENCHMARKS_JSON = join(REPOSITORY_ROOT, 'docs', 'benchmarks.json');
const BEGIN = '<!-- measured: written by `npm run bench -- --write` -->';
const END = '<!-- /measured -->';

/** Puts the rows beside those that were measured before; what is written around the table stays. */
export async function writeBenchmarks(rows: readonly MeasuredRow[], order: readonly string[]): Promise<void> {
  const before = await readMeasured();
  const measured = new Set(rows.map(({ result }) => result.row));
  const all = [...before.filter(({ result }) => !measured.has(result.row)), ...rows];
  const sorted = order.flatMap((name) => all.filter(({ result }) => result.row === name));
  await writeFile(BENCHMARKS_JSON, `${JSON.stringify(sorted, null, 1)}\n`);
  await writeFile(TEXT, replaceMeasured(await readFile(TEXT, 'utf8'), toTable(sorted)));
}

async function readMeasured(): Promise<MeasuredRow[]> {
  try {
    return JSON.parse(await readFile(BENCHMARKS_JSON, 'utf8')) as MeasuredRow[]; // written above alone
  } catch {
    return [];
  }
}

/** @throws RangeError when the marks are not there, once each and in their order */
export function replaceMeasured(text: string, measured: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from || text.split(BEGIN).length !== 2 || text.split(END).length !== 2) {
    throw new RangeError(`docs/benchmarks.md must hold ${BEGIN} and ${END}, once each`);
  }
  return `${text.slice(0, from)}${BEGIN}\n\n${measured}\n\n${text.slice(to)}`;
}

export function toTable(rows: readonly MeasuredRow[]): string {
  const cell = (parts: readonly string[]): string => parts.join('<br>').replaceAll('|', '\\|');
  const lines = rows.map(({ result, load, commit, date }) => {
    const verdict = result.checks.length === 0 ? 'printed' : allReached(result) ? 'reached' : '**missed**';
    const cells = [
      cell([`\`${result.row}\``]),
      cell([result.against]),
      cell([describeRatios(result)]),
      cell(result.checks.map(describeCheck)),
      verdict,
      cell(result.figures),
      `${load.toFixed(1)}; ${commit}, ${date}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const machines = [...new Set(rows.map(({ machine, how }) => `${machine}; ${how}`))];
  return [
    '| row | against | ours over theirs: median (least–most) of the rounds | to be reached | | what was measured | load average; commit |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
    ...machines.map((line) => `${line}.`),
  ].join('\n');
}

/** Where and when the rows of this run are measured. */
export async function describeRun(how: string): Promise<Pick<MeasuredRow, 'commit' | 'date' | 'how' | 'machine'>> {
  const [processor] = cpus();
  const { command } = await findServer('mariadb', () => undefined);
  const { stdout } = await runProgram([...command, '--no-defaults', '--version']);
  const version = /Ver (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: REPOSITORY_ROOT, encoding: 'utf8' });
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const machine = `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${memory}, Linux ${release()}, Node ${process.versions.node}, MariaDB ${version}`;
  return { commit: commit.trim(), date: new Date(systemClock()).toISOString().slice(0, 10), how, machine };
}
