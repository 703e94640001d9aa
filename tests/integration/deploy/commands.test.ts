import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandOptions, runCommand } from '../../../scripts/deploy/run-command.ts';
import { type StartedAccount, startAccount } from '../../../scripts/local/tencent-account/start-account.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const event = { httpMethod: 'GET', path: '/v1/health-live', headers: {}, queryString: {}, body: '' };
const health = { function: 'health-live', data: JSON.stringify(event) };

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

/** What `npx serverless` prints, without the start of its process. */
async function run(name: string, options: CommandOptions): Promise<string> {
  const lines: string[] = [];
  await runCommand(name, options, { root, stage: 'local', env: started.env, say: (line) => void lines.push(line) });
  return lines.join('\n');
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
});
