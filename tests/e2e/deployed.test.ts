import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaFiles } from '../../infra/migrate.ts';
import { LOCAL_NAMES } from '../../scripts/local/local-names.ts';
import type { CloudStage } from '../../scripts/soak/cloud-stage.ts';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import type { SecretSource } from '../../shared/config/secret-source.ts';
import { changedCheckout } from '../fixtures/tencent/changed-checkout.ts';
import { type EmptyAccount, emptyAccount } from '../fixtures/tencent/empty-account.ts';
import { mainJob } from './main-job.ts';
import { payByAlipay } from './pay-by-alipay.ts';
import type { Place } from './place.ts';

let place: EmptyAccount;
/** What the account runs, from the first function on. */
let stage: CloudStage | undefined;
const copies: Place['copies'] = new Map();
const started = (): CloudStage => {
  if (!stage) throw new Error('nothing was started out of the account');
  return stage;
};
beforeAll(async () => {
  place = await emptyAccount();
});
afterAll(async () => {
  await stage?.close();
  await place?.close();
});

const calls = () => place.account.calls;
const writes = (from: number) =>
  calls()
    .slice(from)
    .filter(({ action }) => !/^(Get|List|Describe|InvokeF)/.test(action));
/** Starts anew what the account would run now. */
async function restarted(): Promise<CloudStage> {
  await stage?.close();
  stage = await place.start({ copiesOf: (name) => copies.get(name) ?? 1 });
  return stage;
}
const wrongOf = (output: string) => [...output.matchAll(/^[✗?] ([^:]+):/gm)].map(([, name]) => name);

describe('the product, from an empty account', () => {
  it('the doctor names what is not there, and what to do', async () => {
    const { code, output } = await place.npmRun('doctor');
    expect(code).toBe(1);
    expect(wrongOf(output)).toEqual(
      expect.arrayContaining(['VPC', 'subnet', 'certificate', 'secret yiying-local-database', 'domain', 'database']),
    );
    expect(output).toContain('npm run provision -- --stage local');
    // What only the operator can make in the console.
    const { site, cam } = place.account;
    site.vpcs.set('vpc-local', { subnets: new Map([['subnet-local', { free: 4000 }]]) });
    site.certificates.set('local', { domains: ['*.yiying.localhost'], status: 1, endsAt: '2099-01-01 00:00:00' });
    site.signs.push({ name: '衣影', status: 0 });
    site.templates.set(1_000_001, { content: '验证码{1}，{2}分钟内有效', status: 0 });
    cam.roles.set('SCF_QcsRole', { id: '1', trust: '', description: '', policies: new Set() });
  });

  it('provisioning makes what the functions stand on', async () => {
    const startedMs = performance.now();
    const given = [
      await place.secretFile('database', place.database.connection),
      await place.secretFile('sms', { sdkAppId: '1400000000', signName: '衣影', templateId: '1000001' }),
    ];
    const { code, output } = await place.npmRun(
      'provision',
      given.flatMap((argument) => ['--secret', argument]),
    );
    expect([code, output]).toEqual([0, expect.stringContaining('✓ policies of role yiying-local-login')]);
    tellTime('provisioning', startedMs);
  });

  it('the schema comes first, by a function that only a role calls', async () => {
    await place.serverless(['deploy', 'function', '-f', 'migrate-database']);
    expect(place.account.scf.functions.map(({ name }) => name)).toEqual(['migrate-database']);
    await restarted();
    const before = await place.npmRun('migrate', ['status']);
    expect([before.code, before.output]).toEqual([1, expect.stringContaining(`0 of ${schemaFiles().length} files`)]);
    expect(await place.npmRun('migrate', ['up'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('✓ 0001_'),
    });
    expect((await place.npmRun('migrate', ['status'])).code).toBe(0);
  });

  it('a dry run prints the plan and stops there; a deploy does it, and reads it back', async () => {
    const before = calls().length;
    expect(await place.serverless(['deploy', '--dry-run'])).toContain('+ yiying-local/login');
    expect(writes(before)).toEqual([]);
    const startedMs = performance.now();
    const output = await place.serverless(['deploy', '--verify']);
    tellTime('deploy of everything', startedMs);
    expect(output).toContain('read back: everything is as wanted');
    expect(output).toContain('https://api.yiying.localhost/v1/login');
    expect(place.account.scf.functions.length).toBeGreaterThan(60);
    const { output: found } = await place.npmRun('doctor');
    // Nobody's resolver knows this domain.
    expect(wrongOf(found)).toEqual(['DNS']);
  });

  it('is packed without keys and without a network', async () => {
    const packed = join(place.folder, 'packed');
    const offline = { TENCENTCLOUD_SECRET_ID: '', TENCENTCLOUD_SECRET_KEY: '', TENCENT_ENDPOINT: 'http://127.0.0.1:1' };
    const before = calls().length;
    await place.serverless(['package', '--package', packed], offline);
    const layers = ['yiying-local-media', 'yiying-local-native'];
    const names = [...place.account.scf.functions.map(({ name }) => name), ...layers];
    expect((await readdir(packed)).sort()).toEqual(names.map((name) => `${name}.zip`).sort());
    expect(calls()).toHaveLength(before);
  });

  it('is started out of what was uploaded, and ready', async () => {
    const { cloud } = await restarted();
    const ready = await fetch(`${cloud.apiUrl}/v1/health-ready`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { data: { status: 'ready', schema: true } }]);
    const path = '/v1/migrate-database';
    expect((await fetch(`${cloud.apiUrl}${path}`, { method: 'POST', body: '{"action":"up"}' })).status).toBe(404);
  });

  it('signs with the key that provisioning drew', async () => {
    const { authorization } = await started().member();
    const held = (document: string): SecretSource => {
      const get = async () => JSON.parse(document) as unknown; // as the account holds it
      return { get, refresh: get };
    };
    const { value } = place.account.secrets.get('yiying-local-tokens')!;
    const token = authorization.replace('Bearer ', '');
    const subjectBy = (document: string) =>
      accessTokensOf({ STAGE: 'local' }, held(document)).verify(token, started().cloud.clock.now());
    expect(await subjectBy(value)).toMatchObject({ merchantId: expect.stringMatching(/^mch_/) });
    const another = value.replace(/"key":"[^"]+"/g, `"key":"${randomBytes(32).toString('base64')}"`);
    expect(another).not.toBe(value);
    await expect(subjectBy(another)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });
});

/** `npm run soak -- --only deployed`; a test run has no time for all of it. */
const isWhole = process.env['DEPLOYED_SUITE'] === 'whole';
const deployed: Place = { name: 'out of the uploaded zips and layers', stage: started, copies, isWhole };
payByAlipay(deployed);
mainJob(deployed);

describe('the product, as it was deployed', () => {
  it('has books that add up', async () => {
    expect(await started().audit()).toEqual([]);
    expect((await started().cloud.timers.fireNow('sweep-tasks')).ok).toBe(true);
    expect(await place.npmRun('audit-ledger')).toEqual({
      code: 0,
      output: expect.stringMatching(/^\d\d rules hold\.\n$/),
    });
  });

  it('is left alone by a second deploy', async () => {
    const before = calls().length;
    const startedMs = performance.now();
    expect(await place.serverless(['deploy'])).toMatch(/= \d+ functions unchanged/);
    tellTime('unchanged deploy', startedMs, 8);
    expect(writes(before)).toEqual([]);
  });

  it('is touched only in the function whose code changed, which answers anew; goes back, and can be looked at', async () => {
    const path = join(place.folder, 'changed');
    const checkout = await changedCheckout(path, 'health-live', (source) =>
      source.replace("status: 'ok' as const, nowMs", "status: 'ok' as const, nowMs: 7"),
    );
    const answer = async () => ((await (await place.ask('health-live')).json()) as { data: { nowMs: number } }).data;
    const before = calls().length;
    const startedMs = performance.now();
    const deployed = await place.serverless(['deploy'], {}, checkout);
    tellTime('deploy of one changed function', startedMs, 12);
    expect(deployed).toMatch(/= \d+ functions unchanged/);
    const touched = writes(before).map(({ payload }) => payload['FunctionName'] ?? payload['Domain']);
    expect([...new Set(touched)]).toEqual(['health-live']);
    expect((await answer()).nowMs).toBe(7);
    expect(await place.serverless(['rollback'])).toContain('health-live version 2 → 1');
    expect(await place.serverless(['info'])).toMatch(
      /yiying-local\/health-live {2}Active {2}version 1 {2}rolledback \S+ {2}https:/,
    );
    expect((await answer()).nowMs).toBeGreaterThan(startedMs + 7);
  });

  it('refuses a key that is not the account owner’s, and says what is missing', async () => {
    const { serverless } = place;
    await expect(serverless(['deploy'], { TENCENTCLOUD_SECRET_KEY: 'wrong' })).rejects.toThrow('SignatureFailure');
    await expect(serverless(['deploy'], { TENCENTCLOUD_SECRET_ID: '' })).rejects.toThrow(
      'TENCENTCLOUD_SECRET_ID is not set',
    );
    await expect(serverless(['deploy', 'function', '-f', 'log-in'])).rejects.toThrow(
      '--function log-in: serverless.yml',
    );
  });

  it('is removed without a trace', async () => {
    const early = await place.npmRun('provision', ['--remove', '--confirm', 'local']);
    expect([early.code, early.output]).toEqual([2, expect.stringContaining('functions still stand')]);
    await place.serverless(['remove']);
    const { functions, domains, layers, namespaces } = place.account.scf;
    expect([functions.length, domains.size, layers.size, [...namespaces]]).toEqual([0, 0, 0, ['default']]);
    const { cam, secrets, logs } = place.account;
    cam.roles.delete('SCF_QcsRole');
    const code = `code-${LOCAL_NAMES.COS_BUCKET.replace(/^.*-/, '')}`;
    const all = ['--secrets-within', '0', '--empty', code, '--empty', LOCAL_NAMES.COS_BUCKET];
    const removed = await place.npmRun('provision', ['--remove', '--confirm', 'local', ...all]);
    expect([removed.code, removed.output]).toEqual([0, expect.stringContaining(`✓ bucket ${LOCAL_NAMES.COS_BUCKET}`)]);
    const kept = [cam.roles, cam.policies, secrets, logs.logsets].map(({ size }) => size);
    expect([...kept, logs.topics.length, logs.dashboards.length, logs.alarms.length]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(() => place.cos.rules(LOCAL_NAMES.COS_BUCKET)).toThrow('no bucket');
  });
});

/** Printed, not asserted: a busy machine is slower than the one of the figures. */
function tellTime(what: string, startedMs: number, goalSeconds?: number): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const goal = goalSeconds === undefined ? '' : `, the goal is ${goalSeconds} s on an idle machine`;
  process.stdout.write(`${what}: ${seconds} s${goal}\n`);
}
