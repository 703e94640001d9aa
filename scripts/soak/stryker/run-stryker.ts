import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOfPaths } from '../hash-of-paths.ts';
import { TESTED_WITH } from '../mutants/mutant-suites.ts';
import type { SoakRequest } from '../soak-part.ts';
import { FOLDERS, type FolderName } from './folders.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const OUT = 'dist/soak/stryker';
const LOOK_MS = 1000;
/** What tests run beside themselves. */
const RUN_BY_ALL = ['shared', 'infra', 'package-lock.json', ...TESTED_WITH];

type Watch = Pick<SoakRequest, 'say' | 'isOver'>;

/** One small fault in the source, and whether a test noticed it. */
export interface SourceMutant {
  /** `<file>: <its line> · <what was done>`: the same wherever that line stands. */
  readonly name: string;
  readonly noticed: boolean;
}

/** The part of Stryker's report that is read: https://git.io/mutation-testing-schema */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}
interface ReportedMutant {
  readonly replacement?: string;
  readonly status: string;
  readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

/**
 * Changes each expression of a folder of `shared/`, one at a time, and runs the tests that reach it. null: the time was over first.
 * @throws when Stryker itself fails, or a test does without any change
 */
export async function runStryker(folder: FolderName, watch: Watch): Promise<SourceMutant[] | null> {
  const report = `${OUT}/${folder}-report.json`;
  mkdirSync(join(root, OUT), { recursive: true });
  rmSync(join(root, report), { force: true });
  const settings = `${OUT}/${folder}.json`;
  const answers = `${OUT}/${folder}-${answersOf(folder)}.json`;
  askAnewWhatWasNotReached(join(root, answers));
  writeFileSync(join(root, settings), JSON.stringify(settingsOf(folder, report, answers)));
  if (!(await startStryker(settings, FOLDERS[folder].tests, watch))) return null;
  const { files } = JSON.parse(readFileSync(join(root, report), 'utf8')) as Report; // written by Stryker
  return numbered(Object.entries(files).flatMap(([file, one]) => mutantsOf(file, one)));
}

function settingsOf(folder: FolderName, report: string, answers: string): object {
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    // Many tests do not import what they test, but a function that does.
    vitest: { configFile: 'scripts/soak/stryker/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    mutate: [FOLDERS[folder].files].flat().map((files) => `${FOLDERS[folder].folder}/${files}`),
    // What stands at a module's top is counted once, when it is loaded: each such mutant asks every test anew.
    ignoreStatic: !('withTops' in FOLDERS[folder]),
    incremental: true,
    incrementalFile: answers,
    // Tests wait for their database half of the time.
    concurrency: 2,
    // Whatever ends by this never ends: a busy machine must not notice a fault for the tests.
    timeoutMS: 30_000,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    tempDirName: '.stryker-tmp',
    ignorePatterns: ['dist', 'docs', 'demo-output', '.cache'],
    // It would rewrite it by a compiler's interface that TypeScript 7 does not have.
    tsconfigFile: 'none',
    thresholds: { high: 100, low: 0, break: null },
  };
}

/**
 * Answers about mutants stand as long as this does. What is in a test file Stryker compares itself; which ones are asked it does not: it
 * would go on believing one that is asked no more.
 */
function answersOf(folder: FolderName): string {
  const asked = JSON.stringify([FOLDERS[folder].tests, 'withTops' in FOLDERS[folder]]);
  const ran = hashOfPaths([...RUN_BY_ALL, ...helpersOf(folder)]);
  return createHash('sha256').update(`${asked}\n${ran}`).digest('hex').slice(0, 16);
}

/** A module that no test loaded is loaded by a new one: what stands at its top would be kept as not reached all the same. */
function askAnewWhatWasNotReached(answers: string): void {
  if (!existsSync(answers)) return;
  const { files, ...report } = JSON.parse(readFileSync(answers, 'utf8')) as Report; // written by Stryker
  const reached = Object.entries(files).map(([file, one]) => {
    return [file, { ...one, mutants: one.mutants.filter(({ status }) => status !== 'NoCoverage') }] as const;
  });
  writeFileSync(answers, JSON.stringify({ ...report, files: Object.fromEntries(reached) }));
}

/** Beside a folder's test files: stages, clients and receivers that they share. */
function helpersOf(folder: FolderName): string[] {
  const folders = [...new Set(FOLDERS[folder].tests.map((test) => dirname(test.replace('/*/', '/'))))].sort();
  return folders.flatMap((at) =>
    readdirSync(join(root, at), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map(({ name }) => `${at}/${name}`)
      .sort(),
  );
}

/** @returns whether it came to its end */
function startStryker(settings: string, tests: readonly string[], { say, isOver }: Watch): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    const child = spawn(process.execPath, [stryker, 'run', settings], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, YIYING_TESTS: tests.join(), NO_COLOR: '1' },
    });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    let isEnded = false;
    const watching = setInterval(() => {
      if (!isOver()) return;
      isEnded = true;
      end();
    }, LOOK_MS);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = `${output}${chunk}`.slice(-5000);
        if (/%/.test(String(chunk))) say(String(chunk).trim());
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(watching);
      process.off('exit', end);
      if (code === 0 || isEnded) resolve(!isEnded);
      else reject(new Error(`stryker ended with ${code}: ${output}`));
    });
  });
}

function mutantsOf(file: string, { source, mutants }: Report['files'][string]): SourceMutant[] {
  const lines = source.split('\n');
  // Static: only counted where its file is loaded anew; Ignored and CompileError: nothing was tried.
  return mutants
    .filter(({ status }) => ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError'].includes(status))
    .map(({ status, replacement = '', location: { start, end } }) => {
      const line = lines[start.line - 1] ?? '';
      const was =
        start.line === end.line ? line.slice(start.column - 1, end.column - 1) : `${line.slice(start.column - 1)} …`;
      return {
        name: `${file}: ${line.trim()} · ${was.trim()} → ${replacement.replace(/\s+/g, ' ').slice(0, 60) || 'nothing'}`,
        noticed: status !== 'Survived' && status !== 'NoCoverage',
      };
    });
}

/** The second mutant of one name is `… (2)`. */
function numbered(mutants: readonly SourceMutant[]): SourceMutant[] {
  const names = new Map<string, number>();
  return mutants.map((mutant) => {
    const same = (names.get(mutant.name) ?? 0) + 1;
    names.set(mutant.name, same);
    return same === 1 ? mutant : { ...mutant, name: `${mutant.name} (${same})` };
  });
}
