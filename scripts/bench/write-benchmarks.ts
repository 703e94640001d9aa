import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../build/build-functions.ts';
import { findServer } from '../database/find-server.ts';
import { runProgram } from '../database/run-program.ts';
import { describeCheck, describeRatios } from './print-row.ts';
import { allReached, type RowResult } from './row.ts';

export interface MeasuredRow {
  readonly result: RowResult;
  /** One-minute load average when the row had ended. */
  readonly load: number;
}

const FILE = join(REPOSITORY_ROOT, 'docs', 'benchmarks.md');
const BEGIN = '<!-- measured: written by `npm run bench -- --write` -->';
const END = '<!-- /measured -->';

/** Puts the table into docs/benchmarks.md between its marks; what is written around them stays. */
export async function writeBenchmarks(rows: readonly MeasuredRow[], how: string): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  await writeFile(FILE, replaceMeasured(text, `${await describeMachine(how)}\n\n${toTable(rows)}`));
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
  const lines = rows.map(({ result, load }) => {
    const verdict = result.checks.length === 0 ? 'printed' : allReached(result) ? 'reached' : '**missed**';
    const cells = [
      cell([`\`${result.row}\``]),
      cell([result.against]),
      cell([describeRatios(result)]),
      cell(result.checks.map(describeCheck)),
      verdict,
      cell(result.figures),
      load.toFixed(1),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| row | against | ours over theirs: median (least–most) of the rounds | to be reached | | what was measured | load |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

async function describeMachine(how: string): Promise<string> {
  const [processor] = cpus();
  const { command } = await findServer('mariadb', () => undefined);
  const { stdout } = await runProgram([...command, '--no-defaults', '--version']);
  const version = /Ver (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: REPOSITORY_ROOT, encoding: 'utf8' });
  return [
    `Commit ${commit.trim()}, ${new Date().toISOString().slice(0, 10)}; ${how}.`,
    `Machine: ${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()},`,
    `Node ${process.versions.node}, MariaDB ${version}, \`innodb_flush_log_at_trx_commit=1\`.`,
  ].join('\n');
}
