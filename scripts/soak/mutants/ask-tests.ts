import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { PlantedProcedure } from '../../test/fresh-database.ts';
import { procedureNames, procedureText } from './planted-fault.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const VITEST = join(root, 'node_modules/vitest/vitest.mjs');

/** For procedures of every kind, the slowest of them: whether each waits for the account, leaves no half of itself and keeps to one merchant's rows. */
const OF_EVERY_KIND = ['account-first', 'whole-or-nothing', 'one-merchant'].map(
  (file) => `tests/integration/database/${file}.test.ts`,
);
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
  'torn-books',
  'while-account-is-held',
].map((file) => `tests/integration/payments/${file}.test.ts`);

const LOGIN = 'tests/integration/auth/login.test.ts';
const DELETE_ACCOUNT = 'tests/integration/auth/delete-account.test.ts';
const INVOICES = 'tests/integration/ops/invoices.test.ts';
const CREATE_OPERATOR = 'tests/integration/payments/create-operator.test.ts';
const REFERRAL_API = 'tests/integration/growth/referral-api.test.ts';
const REFERRAL = ['tests/integration/growth/referral.test.ts', REFERRAL_API];
const OPERATORS = ['merchants', 'tasks'].map((file) => `tests/integration/ops/${file}.test.ts`);

/** Tests of few procedures, which are quick: by how their names begin. */
const OWN = [
  [/^resolve_case/, 'tests/integration/ops/resolve-case.test.ts'],
  [/^set_order_freeze/, 'tests/integration/payments/frozen-order.test.ts'],
  [/^delete_account/, 'tests/integration/auth/delete-account-edges.test.ts'],
  [/^settle_commission/, 'tests/integration/growth/commission-edges.test.ts'],
  [/^(request_withdrawal|decide_withdrawal|save_growth)/, 'tests/integration/growth/withdrawal-edges.test.ts'],
  [
    /^(accept|refuse)_input|^(claim|finish|fail)_unit|^expire_(lease|task)|^(cancel|end)_task|_step_/,
    'tests/integration/tasks/transitions.test.ts',
  ],
  [/^refund_(task|share)/, 'tests/integration/credits/return-credits.test.ts'],
  [/^(create_task|spend_credits)/, 'tests/integration/credits/spend-credits.test.ts'],
  [/^create_batch/, 'tests/integration/tasks/batches.test.ts'],
  [/^take_over/, 'tests/integration/tasks/pipelines.test.ts'],
  [/^rerun_task/, 'tests/integration/ops/rerun-task.test.ts'],
] as const;

export const TEST_FILES: readonly string[] = [
  ...new Set([
    ...[...TASKS, ...PAYMENTS, ...OPERATORS, ...REFERRAL],
    ...[REDEEM_CODES, DELETE_ACCOUNT, INVOICES, CREATE_OPERATOR, LOGIN],
    ...OWN.map(([, file]) => file),
    ...OF_EVERY_KIND,
  ]),
];

/** Test files that are asked together; `only`: those of their tests whose names match. */
export interface TestGroup {
  readonly files: readonly string[];
  readonly only?: string;
}

/** The database tests of a procedure alone, of its domain, and of every kind, in groups: what takes long is asked last. */
export function testsOf(procedure: string): readonly TestGroup[] {
  const own = OWN.filter(([name]) => name.test(procedure)).map(([, file]) => ({ files: [file] }));
  return [...own, { files: ofDomain(procedure) }, { files: OF_EVERY_KIND, only: callersOf(procedure).join('|') }];
}

/** The groups that the tests of these procedures stand in, each file once. */
export function wholeGroupsOf(procedures: readonly string[]): readonly TestGroup[] {
  const seen = new Set<string>();
  return procedures.flatMap(testsOf).flatMap((group) => {
    const files = group.files.filter((file) => !seen.has(file));
    for (const file of files) seen.add(file);
    return files.length > 0 ? [{ files }] : [];
  });
}

function ofDomain(procedure: string): readonly string[] {
  if (/redeem/.test(procedure)) return [REDEEM_CODES];
  if (procedure.startsWith('use_login_code')) return [LOGIN, REFERRAL_API];
  if (procedure.startsWith('delete_account')) return [DELETE_ACCOUNT];
  if (/^(grant|revoke)_credits|^stop_task|^resolve_case|^set_order_freeze/.test(procedure)) return OPERATORS;
  if (/^(settle_commission|request_withdrawal|decide_withdrawal|save_growth)/.test(procedure)) return REFERRAL;
  if (procedure.startsWith('fulfil_invoice')) return [INVOICES];
  if (procedure.startsWith('set_operator')) return [CREATE_OPERATOR];
  return /order|attempt|(create|settle)_refund|lot|membership/.test(procedure) ? PAYMENTS : TASKS;
}

/** The procedure and those that call it, whose own tests are its tests. */
function callersOf(procedure: string): readonly string[] {
  const callers = procedureNames().filter((name) => procedureText(name).includes(`CALL ${procedure}(`));
  return [procedure, ...callers.flatMap(callersOf)];
}

export interface TestsAnswer {
  /** The first file with a failed test, and that test; undefined where all of them passed. */
  readonly failed?: { readonly file: string; readonly what: string };
}

const ROUNDS = 3;

/**
 * Runs test files with another text in a procedure's place. A test fails twice or not at all: a busy machine is no fault.
 * @throws when files fail beside the others and pass alone, again and again: that says nothing of the procedure
 */
export async function askTests(
  planted: PlantedProcedure,
  group: TestGroup,
  run: (group: TestGroup, planted: string) => Promise<TestsAnswer['failed']> = firstFailure,
): Promise<TestsAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'yiying-mutant-'));
  const file = join(folder, 'planted.json');
  writeFileSync(file, JSON.stringify({ name: planted.name, text: planted.text }));
  try {
    let failed: TestsAnswer['failed'];
    for (let round = 0; round < ROUNDS; round++) {
      failed = await run(group, file);
      if (failed === undefined) return {};
      if (await run({ ...group, files: [failed.file] }, file)) return { failed };
    }
    throw new Error(
      `${planted.name}: ${failed?.file} failed with its group and passed alone, ${ROUNDS} times: ${failed?.what}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstFailure(group: TestGroup, planted: string): Promise<TestsAnswer['failed']> {
  const { code, output } = await runVitest(group, planted);
  if (code === 0) return undefined;
  const file = group.files.find((one) => output.includes(`${one} >`)) ?? group.files[0] ?? '';
  return { file, what: /FAIL\s+.*?> (.*)/.exec(output)?.[1] ?? `vitest ended with ${code}` };
}

function runVitest({ files, only }: TestGroup, planted: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const options = ['run', '--project', 'integration', '--bail', '1', '--maxWorkers', '1', '--testTimeout', '60000'];
    if (only !== undefined) options.push('--testNamePattern', only);
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
