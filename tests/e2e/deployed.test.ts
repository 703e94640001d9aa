import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import { asExpected, runDemo } from '../../scripts/demo/run-demo.ts';
import { drawSample, sampleGarments } from '../../scripts/garments/draw-garment.ts';
import { startLocalCos } from '../../scripts/local/cos/start-local-cos.ts';
import { declaredPolicies, LOCAL_NAMES, localService } from '../../scripts/local/start-cloud.ts';
import { type Account, createAccount } from '../../scripts/local/tencent-account/create-account.ts';
import { unpackAccount } from '../../scripts/local/tencent-account/unpack-account.ts';
import { startTencentApi } from '../../scripts/local/tencent-api/start-tencent-api.ts';
import { type CloudStage, cloudStage } from '../../scripts/soak/cloud-stage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const credentials = { secretId: 'AKIDoperator', secretKey: 'key-of-this-test-alone' };
const appId = '1250000000';

let folder: string;
let account: Account;
let run: (args: readonly string[], env?: Record<string, string>) => Promise<string>;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployed-'));
  const cos = await startLocalCos({
    dataFolder: join(folder, 'cos'),
    appId,
    region: 'ap-guangzhou',
    clock: () => Date.now(),
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
    buckets: [{ name: 'code' }],
  });
  account = createAccount({
    nowMs: () => Date.now(),
    takesMs: 300,
    readObject: (bucket, key) => cos.read(`${bucket}-${appId}`, key),
  });
  const sms = { sdkAppId: '1', signName: '', templates: {} };
  const api = await startTencentApi({ clock: () => Date.now(), credentials: [credentials], secrets: {}, sms, account });
  const env = {
    ...LOCAL_NAMES,
    TENCENTCLOUD_SECRET_ID: credentials.secretId,
    TENCENTCLOUD_SECRET_KEY: credentials.secretKey,
    TENCENT_ENDPOINT: api.url,
    TENCENT_COS_ENDPOINT: cos.url,
    CODE_BUCKET: `code-${appId}`,
  };
  run = (args, more = {}) => serverless(args, { ...env, ...more });
  close = async () => {
    await Promise.all([api.close(), cos.close()]);
    await rm(folder, { recursive: true, force: true });
  };
});
afterAll(() => close?.());

/** The command that an operator types, in a process of its own. @throws its output when it fails */
function serverless(args: readonly string[], env: Record<string, string>): Promise<string> {
  const bin = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const quiet = { SLS_NOTIFICATIONS_MODE: 'off', SLS_TELEMETRY_DISABLED: '1', NO_COLOR: '1', TSX_DISABLE_CACHE: '1' };
  const child = spawn(process.execPath, [bin, ...args, '--stage', 'local'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...quiet, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
  });
}

const writes = (from: number) => account.calls.slice(from).filter(({ action }) => !/^(Get|List|Describe)/.test(action));

/** Starts what the account would run now: its own zips, paths, triggers and timers. */
async function startDeployed(name: string): Promise<CloudStage> {
  const distFolder = join(folder, name);
  const service = unpackAccount(account.scf, { domain: LOCAL_NAMES.API_DOMAIN, folder: distFolder, stage: 'local' });
  // What provisioning makes of the declarations; the deployed service itself says nothing of what a role may do.
  const policies = declaredPolicies(localService(root));
  return cloudStage({}, {}, { service, distFolder, policies });
}

describe('the product, deployed from nothing to an account', () => {
  it('prints a plan, and a dry run stops there', async () => {
    const output = await run(['deploy', '--dry-run']);
    expect(output).toContain('+ yiying-local/login');
    expect(writes(0)).toEqual([]);
  });

  it('is deployed with every function, and read back', async () => {
    const output = await run(['deploy', '--verify']);
    expect(output).toContain('read back: everything is as wanted');
    expect(output).toContain('https://api.yiying.localhost/v1/login');
    expect(account.scf.functions.length).toBeGreaterThan(25);
  });

  it('does its main job out of the uploaded zips', async () => {
    const stage = await startDeployed('first');
    try {
      expect((await fetch(`${stage.cloud.apiUrl}/v1/health-live`)).status).toBe(200);
      const [sample] = sampleGarments();
      const bytes = await sharp(await drawSample(sample!))
        .resize(600)
        .jpeg()
        .toBuffer();
      const report = await runDemo({
        merchant: new DemoMerchant(stage.cloud.apiUrl, stage.cloud.localUrl),
        photos: [{ name: 'garment.jpg', bytes, contentType: 'image/jpeg' }],
        outputFolder: join(stage.folder, 'out'),
        say: () => undefined,
        now: () => performance.now(),
      });
      expect(asExpected(report)).toBe(true);
      expect(await stage.audit()).toEqual([]);
      expect((await stage.cloud.timers.fireNow('sweep-tasks')).ok).toBe(true);
    } finally {
      await stage.close();
    }
  });

  it('is left alone by a second deploy', async () => {
    const before = account.calls.length;
    const startedMs = performance.now();
    expect(await run(['deploy'])).toMatch(/= \d+ functions unchanged/);
    tellTime('unchanged deploy', startedMs, 8);
    expect(writes(before)).toEqual([]);
  });

  it('is touched in one function when one changed; goes back, and can be looked at', async () => {
    const before = account.calls.length;
    const startedMs = performance.now();
    await run(['deploy', '--verify'], { SMS_DAILY_BUDGET: '7' });
    tellTime('deploy of one changed function', startedMs, 12);
    expect([...new Set(writes(before).map(({ payload }) => payload['FunctionName']))]).toEqual(['send-code']);
    expect(await run(['rollback'])).toContain('send-code version 2 → 1');
    expect(await run(['info'])).toMatch(/yiying-local\/send-code {2}Active {2}version 1 {2}rolledback \S+ {2}https:/);
  });

  it('refuses a key that is not the account owner’s, and says what is missing', async () => {
    await expect(run(['deploy'], { TENCENTCLOUD_SECRET_KEY: 'wrong' })).rejects.toThrow('SignatureFailure');
    await expect(run(['deploy'], { TENCENTCLOUD_SECRET_ID: '' })).rejects.toThrow('TENCENTCLOUD_SECRET_ID is not set');
    await expect(run(['deploy', 'function', '-f', 'log-in'])).rejects.toThrow('--function log-in: serverless.yml has');
  });

  it('is removed without a trace', async () => {
    await run(['remove']);
    const { functions, domains, namespaces } = account.scf;
    expect([functions.length, domains.size, [...namespaces]]).toEqual([0, 0, ['default']]);
  });
});

/** Printed, not asserted: a busy machine is slower than the one of the figures. */
function tellTime(what: string, startedMs: number, goalSeconds: number): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${what}: ${seconds} s, the goal is ${goalSeconds} s on an idle machine\n`);
}
