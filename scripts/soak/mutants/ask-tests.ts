import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlantedProcedure } from '../../test/fresh-database.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const VITEST = join(root, 'node_modules/vitest/vitest.mjs');

/** The database tests of the procedures' own domains. */
const FILES = [
  'tests/integration/database/one-merchant.test.ts',
  ...['return-credits', 'spend-credits'].map((file) => `tests/integration/credits/${file}.test.ts`),
  ...['batches', 'card-limits', 'pipelines', 'transitions'].map((file) => `tests/integration/tasks/${file}.test.ts`),
  ...[
    'edges-of-money',
    'receipts-and-invoices',
    'reconcile-bills',
    'reconcile-orders',
    'refund-order',
    'settle-order',
  ].map((file) => `tests/integration/payments/${file}.test.ts`),
] as const;
const [ONE_MERCHANT] = FILES;

function filesOf({ name }: PlantedProcedure): readonly string[] {
  const isMoney = /order|attempt|(create|settle)_refund|lot|membership/.test(name);
  const domains = isMoney ? ['payments'] : ['credits', 'tasks'];
  return [ONE_MERCHANT, ...FILES.filter((file) => domains.some((one) => file.includes(`/${one}/`)))];
}

/**
 * Runs the integration tests of a procedure's domain with another text in its place.
 * @returns the first test that failed, or undefined where all of them passed
 */
export async function askTests(planted: PlantedProcedure): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'yiying-mutant-'));
  const file = join(folder, 'planted.json');
  writeFileSync(file, JSON.stringify(planted));
  try {
    const { code, output } = await runVitest(filesOf(planted), file);
    if (code === 0) return undefined;
    return /FAIL\s+.*?> (.*)/.exec(output)?.[1] ?? `vitest ended with ${code}: ${output.slice(-300)}`;
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
