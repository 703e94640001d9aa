import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlantedProcedure } from '../../test/fresh-database.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const VITEST = join(root, 'node_modules/vitest/vitest.mjs');

/** For procedures of every kind, the slowest of them: whether each keeps to one merchant's rows, and leaves no half of itself. */
const OF_EVERY_KIND = ['whole-or-nothing', 'one-merchant'].map((file) => `tests/integration/database/${file}.test.ts`);
const REDEEM_CODES = 'tests/integration/growth/redeem-codes.test.ts';
const TASKS = [
  ...['expire-credits', 'return-credits', 'spend-credits'].map((file) => `tests/integration/credits/${file}.test.ts`),
  ...['batches', 'card-limits', 'pipelines', 'transitions'].map((file) => `tests/integration/tasks/${file}.test.ts`),
];
const PAYMENTS = [
  'edges-of-money',
  'receipts-and-invoices',
  'reconcile-bills',
  'reconcile-orders',
  'refund-order',
  'settle-order',
  'while-account-is-held',
].map((file) => `tests/integration/payments/${file}.test.ts`);

const OPERATORS = ['merchants', 'tasks'].map((file) => `tests/integration/ops/${file}.test.ts`);

export const TEST_FILES: readonly string[] = [...TASKS, ...PAYMENTS, REDEEM_CODES, ...OPERATORS, ...OF_EVERY_KIND];

/** The database tests of a procedure's own domain, in groups: what takes long is asked last. */
export function testsOf(procedure: string): readonly (readonly string[])[] {
  if (/redeem/.test(procedure)) return [[REDEEM_CODES], OF_EVERY_KIND];
  if (/^(grant|revoke)_credits|^stop_task/.test(procedure)) return [OPERATORS, OF_EVERY_KIND];
  const isMoney = /order|attempt|(create|settle)_refund|lot|membership/.test(procedure);
  return [isMoney ? PAYMENTS : TASKS, OF_EVERY_KIND];
}

export interface TestsAnswer {
  /** The first file with a failed test, and that test; undefined where all of them passed. */
  readonly failed?: { readonly file: string | undefined; readonly what: string };
}

/** Runs test files with another text in a procedure's place. */
export async function askTests(planted: PlantedProcedure, files: readonly string[]): Promise<TestsAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'yiying-mutant-'));
  const file = join(folder, 'planted.json');
  writeFileSync(file, JSON.stringify({ name: planted.name, text: planted.text }));
  try {
    const { code, output } = await runVitest(files, file);
    if (code === 0) return {};
    const what = /FAIL\s+.*?> (.*)/.exec(output)?.[1] ?? `vitest ended with ${code}: ${output.slice(-300)}`;
    return { failed: { file: files.find((one) => output.includes(`${one} >`)) ?? files[0], what } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runVitest(files: readonly string[], planted: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const options = ['run', '--project', 'integration', '--bail', '1', '--maxWorkers', '1', '--testTimeout', '60000'];
    const child = spawn(process.execPath, [VITEST, ...options, ...files], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, YIYING_PLANTED: planted, NO_COLOR: '1' },
    });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', end);
      resolve({ code, output });
    });
  });
}
