import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { installPackages } from '../../database/apt-packages.ts';
import { findServer, programOnPath } from '../../database/find-server.ts';
import { runProgram, tail } from '../../database/run-program.ts';
import { startBenchStage } from '../bench-stage.ts';
import { builtFunction } from '../functions-to-bench.ts';
import { median, ratioOf } from '../ratios.ts';
import type { BenchRow, BenchSettings, RowResult } from '../row.ts';
import { startGateway } from '../start-gateway.ts';

/** From nothing to a first answer that came out of the database: server, schema, a merchant, secrets, gateway, function. */
async function ourSetup(cache: string): Promise<number> {
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = cache;
  const beganMs = performance.now();
  try {
    const stage = await startBenchStage({ small: true });
    const path = '/v1/query-quota';
    const server = await startGateway(
      [{ path, file: await builtFunction('query-quota'), instances: 1 }],
      stage.functionEnv,
    );
    const [token] = await stage.accessTokens(1);
    const reply = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const tookMs = performance.now() - beganMs;
    if (reply.status !== 200) throw new Error(`the first answer was ${reply.status}: ${await reply.text()}`);
    await server.stop();
    await stage.stop();
    return tookMs;
  } finally {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  }
}

/** What MariaDB itself offers: install, start, first answer to SELECT 1. No schema, no API. */
async function usualSetup(installer: string, server: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'yiying-setup-'));
  const [data, socket] = [join(folder, 'data'), join(folder, 's')];
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  try {
    const beganMs = performance.now();
    await mkdir(data);
    const options = ['--no-defaults', `--datadir=${data}`, ...user];
    const made = await runProgram([
      installer,
      ...options,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    if (made.code !== 0) throw new Error(`mariadb-install-db: ${tail(made.output)}`);
    const child = spawn(server, [...options, `--socket=${socket}`, '--skip-networking'], { stdio: 'ignore' });
    await firstAnswer(socket);
    const tookMs = performance.now() - beganMs;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    return tookMs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstAnswer(socketPath: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    try {
      const connection = await createConnection({ socketPath, user: 'root' });
      await connection.query('SELECT 1');
      connection.destroy();
      return;
    } catch {
      await sleep(10);
    }
  }
  throw new Error('the server did not answer within 10 s');
}

async function run({ rounds, say }: BenchSettings): Promise<RowResult[]> {
  const [installer, server] = [programOnPath(['mariadb-install-db']), programOnPath(['mariadbd'])];
  if (installer === undefined || server === undefined) {
    say('setup: SKIPPED, this machine has no mariadb-install-db to compare with');
    return [];
  }
  // The installer asks a program that Debian keeps in another package.
  if (programOnPath(['my_print_defaults']) === undefined) await installPackages([['mariadb-client-core']], say);
  await findServer('mariadb');
  await builtFunction('query-quota');
  const times = { usual: [] as number[], cold: [] as number[], template: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const cache = await mkdtemp(join(tmpdir(), 'yiying-cache-'));
    times.usual.push(await usualSetup(installer, server));
    times.cold.push(await ourSetup(cache));
    times.template.push(await ourSetup(cache));
    await rm(cache, { recursive: true, force: true });
  }
  return [result('cold', times.cold, times.usual, 1.2), result('from template', times.template, times.usual, 0.4)];
}

function result(how: string, ours: number[], usual: number[], bound: number): RowResult {
  const time = ratioOf(ours, usual);
  const spread = `time ×${time.median.toFixed(2)} (${time.min.toFixed(2)}–${time.max.toFixed(2)})`;
  return {
    row: 'setup',
    against: `mariadb-install-db and start; ours ${how}`,
    wall: null,
    cpu: null,
    checks: [{ what: 'time', value: time.median, rule: '≤', bound }],
    figures: [
      `ours ${how}: ${median(ours).toFixed(0)} ms`,
      `mariadb-install-db and start: ${median(usual).toFixed(0)} ms`,
      spread,
    ],
  };
}

export const SETUP_ROW: BenchRow = { name: 'setup', title: 'from nothing to an API that answers', run };
