import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { buildFunctions } from '../build/build-functions.ts';
import { buildWeb } from '../build/build-web.ts';
import { watchFunctions } from '../build/watch-functions.ts';
import { localDatabase } from '../local/local-database.ts';
import type { InvocationRecord } from '../local/scf/scf.ts';
import { type Cloud, startCloud } from '../local/start-cloud.ts';
import { installModels, STANDIN, STANDIN_ENGINES } from '../local/tencent-engines/standin-engines.ts';
import { type SeededAccount, seedAccounts } from './seed-accounts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DEFAULT_PORT = 8787;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

function describe({ functionName, type, attempt, durationMs, initMs, memoryMb, result }: InvocationRecord): string {
  const start = initMs === null ? 'warm' : `cold +${Math.round(initMs)} ms`;
  const memory = memoryMb === null ? '' : `, ${Math.round(memoryMb)} MB`;
  const end = result.ok ? '' : `  ${result.error.kind}: ${result.error.errorMessage}`;
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  return `${type === 'sync' ? '→' : '⇢'} ${functionName}${again}  ${Math.round(durationMs)} ms, ${start}${memory}${end}`;
}

function printUrls({ apiUrl, localUrl }: Cloud, seconds: string, accounts: readonly SeededAccount[]): void {
  const lines = [
    `衣影 local cloud, up after ${seconds} s    Ctrl-C ends it`,
    '',
    `网页 Web           ${apiUrl}/`,
    `工作台 Workspace   ${apiUrl}/app/`,
    `运营后台 Console   ${apiUrl}/console/`,
    `检查器 Inspector   ${localUrl}/`,
    `  短信 SMS         ${localUrl}/#sms`,
    `  收银台 Cashier   ${localUrl}/pay/cashier`,
    `  对象 Objects     ${localUrl}/#objects`,
    `  定时器 Timers    ${localUrl}/#timers`,
    `  时钟 Clock       ${localUrl}/#clock`,
    `  故障 Faults      ${localUrl}/#faults`,
    `API                ${apiUrl}/v1/…   (docs/api/openapi.json)`,
    '',
    `演示账号 Demo accounts${accounts.length === 0 ? ': npm run dev -- --seed' : ''}`,
    ...accounts.map(({ phone, is }) => `  ${phone}      ${is}`),
  ];
  const width = Math.max(...lines.map(columns)) + 2;
  say(`\n┌${'─'.repeat(width)}┐`);
  for (const line of lines) say(`│ ${line}${' '.repeat(width - 1 - columns(line))}│`);
  say(`└${'─'.repeat(width)}┘\n`);
}

/** A Chinese character takes two columns of a terminal. */
const columns = (text: string): number => text.length + (text.match(/[\u2E80-\u9FFF\uFF00-\uFFEF]/g)?.length ?? 0);

/** The port that was asked for, or any when it is taken and nobody insisted. */
async function startOnPort(start: (port: number) => Promise<Cloud>, asked: string | undefined): Promise<Cloud> {
  if (asked !== undefined && !/^\d{1,5}$/.test(asked)) throw new Error('dev: --port takes a number');
  try {
    return await start(Number(asked ?? DEFAULT_PORT));
  } catch (error) {
    if (asked !== undefined || (error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    return start(0);
  }
}

/** @throws Error with a line for the user */
function readEngines(engine: string | undefined): string | undefined {
  if (engine !== undefined && engine !== STANDIN) throw new Error(`dev: --engine is ${STANDIN}`);
  return engine === undefined ? undefined : STANDIN_ENGINES;
}

async function dev(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, seed: { type: 'boolean' }, engine: { type: 'string' } },
  });
  const engines = readEngines(values.engine);
  // Ctrl-C comes more than once: from the terminal, and passed on by npm. What ends is not ended in its midst.
  const isToEnd = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  const dataFolder = await mkdtemp(join(tmpdir(), 'yiying-dev-'));
  try {
    const starting = start({ ...values, engines, dataFolder });
    // What is still starting ends with the process: its database is ended by whoever watches over it.
    const running = await Promise.race([starting, isToEnd]);
    if (!running) return;
    await isToEnd;
    await running.close();
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

interface Start {
  readonly port?: string;
  readonly seed?: boolean;
  readonly engines: string | undefined;
  readonly dataFolder: string;
}

async function start({ port: asked, seed, engines, dataFolder }: Start): Promise<{ close: () => Promise<void> }> {
  const startMs = performance.now();
  const [web, database] = await Promise.all([
    buildWeb({ onRebuilt: (ms) => say(`↻ web rebuilt in ${Math.round(ms)} ms`) }),
    localDatabase(),
    buildFunctions({ cache: false }),
  ]);
  const cloud = await startOnPort(
    (port) =>
      startCloud({
        root,
        distFolder: join(root, 'dist'),
        dataFolder,
        keysFile: join(root, '.cache', 'local', 'keys.json'),
        database: database.connection as Parameters<typeof startCloud>[0]['database'],
        port,
        webFolder: web.folder,
        databaseSwitch: true,
        ...(engines !== undefined && { engines }),
        scf: { onInvocation: (record) => say(describe(record)) },
      }),
    asked,
  );
  const watched = await watchFunctions({
    onRebuilt: (name, ms) => {
      void cloud.scf.reload(name);
      say(`↻ ${name} rebuilt and swapped in ${Math.round(ms)} ms`);
    },
    onFailed: (error) => say(`✗ ${error instanceof Error ? error.message : String(error)}`),
  });
  if (engines !== undefined) await installModels(cloud.objects, database.connection as DatabaseSecret); // as startCloud is given it
  const accounts = seed ? await seedAccounts(cloud, say) : [];
  printUrls(cloud, ((performance.now() - startMs) / 1000).toFixed(1), accounts);
  return {
    close: async () => {
      await Promise.all([watched.close(), web.close()]);
      await cloud.close();
      await database.stop();
    },
  };
}

try {
  await dev();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// Vite's watcher keeps a thread of its own after it was closed, and what had started before a failure stands.
process.exit();
