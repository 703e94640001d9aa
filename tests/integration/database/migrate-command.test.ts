import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaFiles } from '../../../infra/migrate.ts';
import { type PrivateDatabase, startPrivateDatabase } from '../../../scripts/database/private-database.ts';
import type { Migrator } from '../../../scripts/migrate/migrators.ts';
import { parseMigrateArgs } from '../../../scripts/migrate/parse-migrate-args.ts';
import { runMigrate } from '../../../scripts/migrate/run-migrate.ts';
import { openConnection } from '../../../shared/db/open-connection.ts';
import { runMigration } from '../../../shared/db/run-migration.ts';

const main = fileURLToPath(new URL('../../../scripts/migrate/main.ts', import.meta.url));
const password = 'only-for-this-test';

/** As TencentDB may be handed over: over TCP, the binary log on, a user with ALL on one database and nothing else. */
let server: PrivateDatabase;
let url: string;
beforeAll(async () => {
  const port = await freePort();
  server = await startPrivateDatabase({
    engine: process.env['YIYING_ENGINE'] === 'mysql9' ? 'mysql9' : 'mariadb',
    options: [
      ...['--skip-networking=0', '--bind-address=127.0.0.1', `--port=${port}`],
      ...['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=0'],
    ],
  });
  await asRoot(`CREATE USER app@'%' IDENTIFIED BY '${password}'`, `GRANT ALL ON app.* TO app@'%'`);
  url = `mysql://app:${password}@127.0.0.1:${port}/app`;
});
afterAll(() => server.stop());

async function asRoot(...statements: string[]): Promise<void> {
  const connection = await createConnection(server.connection);
  for (const sql of statements) await connection.query(sql);
  await connection.end();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function migrate(
  args: readonly string[],
  databaseUrl = url,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl };
    execFile(process.execPath, ['--import', 'tsx', main, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('npm run migrate', () => {
  it('shows the plan of an empty database, and that triggers are not allowed yet', async () => {
    const { code, stdout } = await migrate(['plan']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+ 0001_accounts\n {4}CREATE TABLE merchants/);
    expect(stdout).toContain('! log_bin_trust_function_creators is OFF');
    expect(stdout).toContain(`0 of ${schemaFiles().length} files are applied`);
  });

  // Five processes, one after the other: six seconds, or more than thirty where the machine is busy.
  it('stops where a trigger is not allowed and says what to set; afterwards it goes on there', {
    timeout: 120_000,
  }, async () => {
    const { code, stderr } = await migrate(['up']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^00\d\d_\w+, statement \d+ of \d+: .*TencentDB console/),
    ]);
    const status = await migrate(['status']);
    expect([status.code, status.stdout]).toEqual([1, expect.stringMatching(/[1-9]\d* of \d+ files are applied/)]);
    await asRoot('SET GLOBAL log_bin_trust_function_creators = 1');
    const rest = await migrate(['up']);
    expect([rest.code, rest.stderr]).toEqual([0, '']);
    expect(rest.stdout).toContain('✓ create_task_v4');
    expect((await migrate(['status', '--json'])).code).toBe(0);
  });

  it('ends with 2, and without the password, when it cannot begin', async () => {
    const nowhere = await migrate(['status'], `mysql://app:${password}@127.0.0.1:9/app`);
    expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
    expect(nowhere.stderr).toMatch(/^database unavailable/);
    expect((await migrate(['up'], '')).stderr).toContain('DATABASE_URL such as');
    expect(nowhere.stderr).not.toContain(password);
  });
});

describe('through a function', () => {
  const open = () => openConnection(async () => ({ ...server.connection }));
  it('it is asked again until nothing is left', async () => {
    await asRoot('DROP DATABASE app', 'CREATE DATABASE app CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci');
    let runs = 0;
    const hasty: Migrator = (action) => {
      runs += 1;
      let asked = 0;
      return runMigration(open, schemaFiles(), action, { isTimeUp: () => ++asked > 40 });
    };
    const lines: string[] = [];
    const { isUpToDate } = await runMigrate('up', hasty, (line) => lines.push(line));
    expect(isUpToDate).toBe(true);
    expect(runs).toBeGreaterThan(3);
    expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(schemaFiles().length);
  });

  it('of another release nothing is done', async () => {
    const actions: string[] = [];
    const other: Migrator = (action) => {
      actions.push(action);
      return runMigration(open, schemaFiles().slice(1), action);
    };
    await expect(runMigrate('up', other, () => undefined)).rejects.toThrow('deployed from another release');
    expect(actions).toEqual(['status']);
  });
});

it.each([
  [['--', 'up', '--stage', 'prod'], { command: 'up', stage: 'prod', json: false }],
  [['status', '--json'], { command: 'status', stage: null, json: true }],
])('reads %j', (args, request) => {
  expect(parseMigrateArgs(args)).toEqual(request);
});

it.each([
  [[], 'which one: status, plan, up'],
  [['down'], 'which one'],
  [['up', 'again'], 'which one'],
  [['up', '--stage', 'PROD'], '--stage PROD'],
  [['up', '--stag', 'prod'], "Unknown option '--stag'"],
])('refuses %j', (args, reason) => {
  expect(() => parseMigrateArgs(args)).toThrow(reason);
});
