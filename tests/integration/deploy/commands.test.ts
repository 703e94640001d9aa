import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVersionText } from '../../../infra/deploy/function-mark.ts';
import { type CommandOptions, runCommand } from '../../../scripts/deploy/run-command.ts';
import { LOCAL_NAMES } from '../../../scripts/local/local-names.ts';
import { type StartedAccount, startAccount } from '../../../scripts/local/tencent-account/start-account.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const event = { httpMethod: 'GET', path: '/v1/health-live', headers: {}, queryString: {}, body: '' };
const health = { function: 'health-live', data: JSON.stringify(event) };

/** A process of osls takes two seconds, and many times that on a machine that is busy. */
const SLOW_MS = 90_000;

let folder: string;
let started: StartedAccount;
const invoked: unknown[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
  started = await startAccount(folder, {
    takesMs: 0,
    invoke: async (name, asked) => {
      invoked.push([name, asked]);
      return { ok: true, requestId: 'r-1', replyText: '{"statusCode":200}' };
    },
  });
  await run('deploy function', health);
});
afterAll(async () => {
  await started.close();
  await rm(folder, { recursive: true, force: true });
});

type Env = Readonly<Record<string, string | undefined>>;

/** What `npx serverless` prints, without the start of its process. */
async function run(name: string, options: CommandOptions, env: Env = started.env): Promise<string> {
  const lines: string[] = [];
  await runCommand(name, options, { root, stage: 'local', env, say: (line) => void lines.push(line) });
  return lines.join('\n');
}

/** The process itself. @throws its output when it fails */
async function serverless(args: readonly string[], env: Env): Promise<string> {
  const bin = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const quiet = { NO_COLOR: '1', SLS_NOTIFICATIONS_MODE: 'off', SLS_TELEMETRY_DISABLED: '1', TSX_DISABLE_CACHE: '1' };
  const child = spawn(process.execPath, [bin, ...args, '--stage', 'local'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: folder, ...quiet, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((ended) => child.on('close', ended));
  if (code !== 0) throw new Error(output);
  return output;
}

describe('one function', () => {
  it('is there after its own deploy, and the others are not', async () => {
    const lines = await run('info', {});
    expect(lines).toMatch(/^api\.yiying\.localhost {2}CNAME to 1250000000\.ap-guangzhou\.tencentscf\.com$/m);
    expect(lines).toMatch(/^yiying-local\/health-live {2}Active {2}version 1 {2}deployed \S+/m);
    expect(lines).toContain('yiying-local/login  not deployed');
    expect(started.account.scf.functions).toHaveLength(1);
  });

  it('is invoked where it is deployed, with the event that was given', async () => {
    expect(await run('invoke', health)).toBe('{"statusCode":200}');
    expect(invoked).toEqual([['health-live', event]]);
    await expect(run('invoke', { ...health, data: '{' })).rejects.toThrow('--data is no JSON');
  });

  it('is invoked on this machine, out of its bundle', async () => {
    const lines = (await run('invoke local', health)).split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ statusCode: 200 });
    expect(lines.join('\n')).toContain('"log":"request_done"');
    expect(invoked).toHaveLength(1);
  });

  it(
    'is invoked by the command line, with what -d says',
    async () => {
      expect(await serverless(['invoke', '-f', 'health-live', '-d', health.data], started.env)).toContain(
        '{"statusCode":200}',
      );
      expect(invoked.at(-1)).toEqual(['health-live', event]);
    },
    SLOW_MS,
  );

  it(
    'goes back to a release that is named by -t',
    async () => {
      const { versions, aliases } = started.account.scf.functions[0]!;
      await run('deploy function', health, { ...started.env, WEB_ORIGINS: 'https://other.yiying.localhost' });
      expect([versions.length, aliases.get('$DEFAULT')]).toEqual([2, '2']);
      const [first, second] = versions.map(({ description }) => readVersionText(description)?.release ?? '');
      expect(await run('rollback', { timestamp: second! })).not.toContain('✓');
      expect(await serverless(['rollback', '-t', first!], started.env)).toContain('✓ health-live version 2 → 1');
      expect(aliases.get('$DEFAULT')).toBe('1');
    },
    SLOW_MS,
  );
});

it(
  'without keys and without a network the file is printed with its variables resolved',
  async () => {
    const offline = {
      ...LOCAL_NAMES,
      TENCENT_ENDPOINT: 'http://127.0.0.1:1',
      TENCENT_COS_ENDPOINT: 'http://127.0.0.1:1',
    };
    const printed = await serverless(['print'], offline);
    expect(printed).toContain('namespace: yiying-local-partner');
    expect(printed).not.toContain(`$${'{'}`);
  },
  SLOW_MS,
);
