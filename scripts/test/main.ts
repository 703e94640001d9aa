import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BrowserUnavailable, findBrowser } from '../browser/find-browser.ts';
import { findServer } from '../database/find-server.ts';
import { DatabaseUnavailable, MysqlUnavailable } from '../database/install-server.ts';
import { tail } from '../database/run-program.ts';
import { ageOfProof } from './age-of-proof.ts';
import { databaseSuites } from './database-suites.ts';
import { parseSelection, type StageName } from './parse-selection.ts';
import { root } from './repository.ts';
import { runSuite } from './run-suite.ts';
import { closingLine, exitCode, type StageResult } from './stage-result.ts';
import { runStaticChecks } from './static-checks.ts';

// What `npm test` and CI run. The last line is `N passed, N failed`.

/** A hang is to be told, not waited for; twice what a suite takes on two busy cores of a slow machine. */
const suiteTimeoutMs = 25 * 60_000;
const shownLines = 250;
const stopping = new AbortController();
const results: StageResult[] = [];
const startedAtMs = performance.now();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function note(result: StageResult): void {
  results.push(result);
  if (result.passed + result.failed === 0) return; // said at the end
  const mark = result.failed === 0 ? 'ok    ' : 'FAILED';
  say(`${mark} ${result.stage}: ${result.passed} passed, ${result.failed} failed in ${result.seconds.toFixed(1)} s`);
  if (result.failed > 0) say(tail(result.output, shownLines));
}

/** A stage that throws has failed; the others still run. */
async function stage(name: string, run: () => Promise<StageResult | undefined>): Promise<void> {
  if (stopping.signal.aborted) return;
  const beganAtMs = performance.now();
  try {
    const result = await run();
    if (result !== undefined) note(result);
  } catch (error) {
    const output = error instanceof DatabaseUnavailable ? error.message : String((error as Error).stack ?? error);
    const seconds = (performance.now() - beganAtMs) / 1000;
    note({ stage: name, passed: 0, failed: 1, seconds, failures: [output.split('\n', 1)[0]!], skipped: [], output });
  }
}

function skipStage(name: string, reason: string): StageResult {
  return { stage: name, passed: 0, failed: 0, seconds: 0, failures: [], skipped: [reason], output: '' };
}

function suite(project: string, env: Record<string, string> = {}, name = project): Promise<StageResult> {
  say(`       ${name} …`);
  return runSuite({ stage: name, project, env, timeoutMs: suiteTimeoutMs }, stopping.signal);
}

let installed: Promise<unknown> = Promise.resolve();

/** One after the other: there is one package manager. */
function found<Found>(find: () => Promise<Found>): Promise<Found> {
  const turn = installed.then(find, find);
  installed = turn;
  return turn;
}

async function onMariadb(): Promise<StageResult> {
  if (!process.env['DATABASE_URL']) await found(() => findServer('mariadb', say));
  return suite('integration');
}

async function onMysql9(): Promise<StageResult> {
  if (databaseSuites().length === 0) return skipStage('mysql9', 'no suite uses a database');
  if (process.env['DATABASE_URL'])
    return skipStage('mysql9', 'MySQL 9: DATABASE_URL names the one database to test on');
  try {
    await found(() => findServer('mysql9', say));
  } catch (error) {
    if (error instanceof MysqlUnavailable)
      return skipStage('mysql9', `the database suites on MySQL 9: ${error.message}`);
    throw error;
  }
  return suite('integration', { YIYING_ENGINE: 'mysql9' }, 'mysql9');
}

async function endToEnd(): Promise<StageResult> {
  if (!existsSync(join(root, 'tests/e2e'))) return skipStage('e2e', 'end to end: there is no tests/e2e');
  return suite('e2e');
}

async function inBrowser(): Promise<StageResult> {
  if (!process.env['DATABASE_URL']) await found(() => findServer('mariadb', say));
  try {
    await found(() => findBrowser(say));
  } catch (error) {
    if (error instanceof BrowserUnavailable) return skipStage('browser', `the pages in a browser: ${error.message}`);
    throw error;
  }
  return suite('browser');
}

async function runAll(selection: ReadonlySet<StageName>): Promise<void> {
  const when = (name: StageName, run: () => Promise<StageResult>) =>
    selection.has(name) ? stage(name, run) : Promise.resolve();
  // Two cores: the checks beside the unit tests, then beside what keeps both busy what waits most of the time: for a browser, functions, faults.
  await Promise.all([when('static', () => runStaticChecks(stopping.signal)), when('unit', () => suite('unit'))]);
  const inTurn = async (...lane: readonly (() => Promise<void>)[]): Promise<void> => {
    for (const next of lane) await next();
  };
  await Promise.all([
    inTurn(
      () => when('integration', onMariadb),
      () => when('mysql9', onMysql9),
      () => when('property', () => suite('property')),
    ),
    inTurn(
      () => when('browser', inBrowser),
      () => when('e2e', endToEnd),
      () => when('fault', () => suite('fault')),
    ),
  ]);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
try {
  await runAll(parseSelection(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(2);
}
if (stopping.signal.aborted)
  results.push({ ...skipStage('run', 'the run was interrupted'), failed: 1, failures: ['interrupted'] });
say('');
for (const result of results) for (const line of result.failures) say(`FAILED ${result.stage}: ${line}`);
for (const result of results) for (const name of result.skipped) say(`SKIPPED ${result.stage}: ${name}`);
for (const line of ageOfProof()) say(`WARNING ${line}`);
say(`${((performance.now() - startedAtMs) / 1000).toFixed(0)} s`);
say(closingLine(results));
process.exitCode = exitCode(results);
