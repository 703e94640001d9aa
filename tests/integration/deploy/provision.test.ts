import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pacedAccount } from '../../../infra/deploy/paced-call.ts';
import { ALARMS } from '../../../infra/observability/metrics.ts';
import { type AccountCall, openAccount } from '../../../infra/provision/account-call.ts';
import { type ProvisionOptions, removeProvisioned, runProvision } from '../../../infra/provision/run-provision.ts';
import { type HeldPolicy, isAllowed } from '../../../scripts/local/cam/is-allowed.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { parseProvisionArgs } from '../../../scripts/provision/parse-provision-args.ts';
import { type DeployStage, deployStage, wantedOf } from '../../fixtures/tencent/deploy-stage.ts';
import { fixtureService } from '../scf/scf-stage.ts';

const uploads = 'photos-1250000000';
const buckets = { uploads, web: 'pages-1250000000', code: 'code-1250000000', webOrigins: ['https://app.example.com'] };
const everyBucket = [uploads, buckets.web, buckets.code];
const nothing = { secrets: [], objects: {}, apis: [] };
const service = fixtureService({
  'get-task': {
    role: 'yiying-test-get-task',
    environment: { INPUT_DAYS: '3', RESULT_DAYS: '90' },
    access: { ...nothing, secrets: ['database'], objects: { 'outputs/': ['get'] } },
  },
  'send-code': { role: 'yiying-test-send-code', access: { ...nothing, secrets: ['sms'], apis: ['sms:SendSms'] } },
  'health-live': { role: null },
});

let stage: DeployStage;
let cos: LocalCos;
let folder: string;
let call: AccountCall;
const lines: string[] = [];

async function open(options: Parameters<typeof deployStage>[0] = {}): Promise<void> {
  lines.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'provision-'));
  stage = await deployStage(options);
  const { credentials } = stage;
  cos = await startLocalCos({
    ...{ dataFolder: folder, appId: '1250000000', region: 'ap-guangzhou', clock: () => Date.now() },
    ...{ buckets: [], makesBuckets: true },
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
  });
  call = openAccount({ credentials, region: 'ap-guangzhou', endpoint: stage.url, cosEndpoint: cos.url });
}
async function close(): Promise<void> {
  await Promise.all([stage?.close(), cos?.close()]);
  await rm(folder, { recursive: true, force: true });
}
afterEach(close);

const run = (
  options: Partial<Pick<ProvisionOptions, 'secrets' | 'dryRun' | 'call' | 'buckets' | 'noticeIds' | 'service'>> = {},
) =>
  runProvision({
    ...{ service, buckets, secrets: {}, say: (line: string) => void lines.push(line), timing: stage.timing },
    ...options,
    call: pacedAccount(options.call ?? call, stage.timing),
  });
const remove = (options: Partial<Parameters<typeof removeProvisioned>[0]> = {}) =>
  removeProvisioned({
    ...{ service, buckets, say: (line: string) => void lines.push(line), timing: stage.timing },
    ...{ scf: stage.call, removal: { secretDays: 0, emptied: everyBucket } },
    ...options,
    call: pacedAccount(options.call ?? call, stage.timing),
  });
const isWrite = (action: string) => !/^(Get|List|Describe|get|multipartList)/.test(action);
/** What an account holds of all that provisioning makes. */
async function held(): Promise<number> {
  const { cam, secrets, logs } = stage.account;
  const there = everyBucket.map((Bucket) =>
    call('cos', 'headBucket', { Bucket }).then(
      () => 1,
      () => 0,
    ),
  );
  const made = [cam.roles, cam.policies, secrets, logs.logsets].reduce((sum, { size }) => sum + size, 0);
  const listed = logs.topics.length + logs.dashboards.length + logs.alarms.length;
  return (await Promise.all(there)).reduce<number>((sum, one) => sum + one, made + listed);
}
const deployInto = async (namespace: string, environment: Readonly<Record<string, string>>): Promise<void> => {
  const wanted = wantedOf({ 'get-task': { namespace, environment } }, 'first', { customDomain: null });
  await stage.deploy({ ...wanted, namespaces: [namespace] });
};
const policyOf = (name: string) => JSON.parse(stage.account.cam.policies.get(name)!.document) as HeldPolicy;
const waiting = (planned: readonly { name: string; change: string }[]) =>
  planned.flatMap(({ name, change }) => (change === 'waiting' ? [name] : []));

describe('provisioning an empty account', () => {
  it('prints the plan first, and a dry run stops there', async () => {
    await open();
    const { planned } = await run({ dryRun: true });
    expect(lines).toContain(`+ bucket ${uploads} (private)`);
    expect(lines).toContain('+ role yiying-test-get-task');
    expect(lines).toContain('? secret yiying-test-sms (--secret sms=FILE (sdkAppId, signName, templateId))');
    expect(planned.length).toBeGreaterThan(15);
    expect(stage.account.calls.filter(({ action }) => isWrite(action))).toEqual([]);
    await expect(call('cos', 'headBucket', { Bucket: uploads })).rejects.toMatchObject({ statusCode: 404 });
  });

  it('makes buckets, rules, logs, keys, roles and policies; a second run changes nothing', async () => {
    await open();
    const database = { host: '10.0.0.2', port: 3306, user: 'app', password: 'p', database: 'yiying' };
    expect((await run({ secrets: { database } })).failed).toEqual([]);
    expect(await call('cos', 'getBucketAcl', { Bucket: uploads })).toMatchObject({ ACL: 'private' });
    expect(await call('cos', 'getBucketAcl', { Bucket: buckets.web })).toMatchObject({ ACL: 'public-read' });
    const { Rules } = (await call('cos', 'getBucketLifecycle', { Bucket: uploads })) as {
      Rules: { ID: string; Expiration: { Days: string } }[];
    };
    // Photos and results by the days that the functions are deployed with.
    expect(Rules.map(({ ID, Expiration }) => [ID, Number(Expiration.Days)])).toEqual([
      ...[
        ['inputs', 3],
        ['work', 1],
        ['vendor', 1],
        ['outputs', 90],
        ['archives', 3],
      ],
    ]);
    const { cam, secrets, logs } = stage.account;
    expect([...cam.roles].map(([name, { policies }]) => [name, [...policies]])).toEqual([
      ['yiying-test-get-task', ['yiying-test-get-task']],
      ['yiying-test-send-code', ['yiying-test-send-code']],
    ]);
    expect(JSON.parse(secrets.get('yiying-test-database')!.value)).toEqual(database);
    const tokens = JSON.parse(secrets.get('yiying-test-tokens')!.value) as { codeKey: string; keys: { key: string }[] };
    expect(Buffer.from(tokens.keys[0]!.key, 'base64')).toHaveLength(32);
    expect(logs.topics).toMatchObject([{ name: 'functions', periodDays: 30, index: expect.anything() }]);
    const before = stage.account.calls.length;
    const again = await run();
    expect(waiting(again.planned)).toHaveLength(again.planned.length);
    expect(stage.account.calls.slice(before).filter(({ action }) => isWrite(action))).toEqual([]);
    expect(JSON.parse(secrets.get('yiying-test-tokens')!.value)).toEqual(tokens);
    expect(lines.join('\n')).not.toContain(tokens.codeKey);
  });

  it('lets a role do what its function declares, and nothing else', async () => {
    await open();
    await run();
    const allowed = (role: string, action: string, resource: string) => isAllowed([policyOf(role)], action, resource);
    const object = (key: string) => `qcs::cos:ap-guangzhou:uid/1250000000:${uploads}/${key}`;
    const secret = (name: string) =>
      `qcs::ssm:ap-guangzhou:uin/100000000001:secret/creatorUin/100000000001/yiying-test-${name}`;
    const role = 'yiying-test-get-task';
    expect(allowed(role, 'cos:GetObject', object('outputs/a'))).toBe(true);
    expect(allowed(role, 'cos:GetObject', object('inputs/a'))).toBe(false);
    expect(allowed(role, 'cos:PutObject', object('outputs/a'))).toBe(false);
    expect(allowed(role, 'ssm:GetSecretValue', secret('database'))).toBe(true);
    expect(allowed(role, 'ssm:GetSecretValue', secret('tokens'))).toBe(false);
    expect(allowed(role, 'sms:SendSms', '*')).toBe(false);
    expect(allowed('yiying-test-send-code', 'sms:SendSms', '*')).toBe(true);
  });
});

describe('provisioning over what stands', () => {
  it('keeps a dashboard, and alarms once it is known whom they tell; what was changed by hand is set again', async () => {
    await open();
    expect(waiting((await run()).planned)).toContain('alarms');
    const { logs } = stage.account;
    expect(logs.dashboards.map(({ request }) => request['DashboardName'])).toEqual(['yiying-test']);
    expect(logs.alarms).toEqual([]);
    const noticeIds = ['notice-1', 'notice-2'];
    const { done } = await run({ noticeIds });
    expect(done).toEqual(ALARMS.map(({ metric }) => `alarm yiying-test-${metric}`));
    const [first] = logs.alarms;
    expect(first!.request).toMatchObject({
      AlarmNoticeIds: noticeIds,
      AlarmTargets: [{ TopicId: logs.topics[0]!.id }],
    });
    expect(waiting((await run({ noticeIds })).planned)).not.toContain('alarms');
    first!.request = { ...first!.request, Condition: '$1.value > 1000' };
    logs.dashboards[0]!.request = { DashboardName: 'yiying-test', Data: '{"panels":[]}' };
    // As an earlier release left it: the lines could be searched, and SQL could not ask about them.
    logs.topics[0]!.index = { FullText: { CaseSensitive: false, Tokenizer: '', ContainZH: true } };
    const again = [
      'log index fixtures-test/functions',
      'dashboard yiying-test',
      `alarm ${String(first!.request['Name'])}`,
    ];
    expect((await run({ noticeIds })).done).toEqual(again);
    expect((await run({ noticeIds })).done).toEqual([]);
  });

  it('takes back what was widened by hand: a public bucket, an edited policy, one more policy, another trust', async () => {
    await open();
    await run();
    const { cam } = stage.account;
    await call('cos', 'putBucketAcl', { Bucket: uploads, ACL: 'public-read' });
    cam.policies.get('yiying-test-get-task')!.document = '{"version":"2.0","statement":[]}';
    cam.policies.set('everything', { id: 7, document: '{}', description: '' });
    cam.roles.get('yiying-test-send-code')!.policies.add('everything');
    cam.roles.get('yiying-test-send-code')!.trust = '{}';
    lines.length = 0;
    expect((await run()).done).toEqual([
      `bucket ${uploads}`,
      'policy yiying-test-get-task',
      'role yiying-test-send-code',
      'policies of role yiying-test-send-code',
    ]);
    expect(lines).toContain('~ policies of role yiying-test-send-code (detaches everything)');
    expect(waiting((await run()).planned)).toHaveLength((await run()).planned.length);
  });

  it('replaces a secret only when a new one is given, and says of a refused part what was refused', async () => {
    await open();
    await run({ secrets: { sms: { sdkAppId: '1' } } });
    expect((await run({ secrets: { sms: { sdkAppId: '2' } } })).done).toEqual(['secret yiying-test-sms']);
    expect(stage.account.secrets.get('yiying-test-sms')!.value).toBe('{"sdkAppId":"2"}');
    const refused = await run({ buckets: { ...buckets, code: 'code-1260000000' } });
    expect(refused.failed).toMatchObject([
      { name: 'bucket code-1260000000', problem: expect.stringContaining('Invalid') },
    ]);
  });
});

class Killed extends Error {}

/** The process dies at its n-th call, before the request leaves it or after it was carried out. */
function dying(inner: AccountCall, at: number, when: 'before' | 'after') {
  let count = 0;
  const send: AccountCall = async (...request) => {
    count += 1;
    if (count > at || (count === at && when === 'before')) throw new Killed();
    const answer = await inner(...request);
    if (count === at) throw new Killed();
    return answer;
  };
  return { send, count: () => count };
}

describe('provisioning that is killed', () => {
  it.each(['before', 'after'] as const)('%s any of its writes: the next run completes it', async (when) => {
    await open();
    const writesAt: number[] = [];
    let number = 0;
    const counting: AccountCall = (place, action, request) => {
      number += 1;
      if (isWrite(action)) writesAt.push(number);
      return call(place, action, request);
    };
    await run({ call: counting });
    expect(writesAt.length).toBeGreaterThan(15);
    for (const at of writesAt) {
      await close();
      await open();
      await run({ call: dying(call, at, when).send }).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      expect((await run()).failed, `call ${at}`).toEqual([]);
      const after = await run({ dryRun: true });
      expect(waiting(after.planned), `call ${at}`).toHaveLength(after.planned.length);
    }
  });
});

describe('provisioning while the platform falters', () => {
  it.each([{ refuse: 'RequestLimitExceeded' }, { refuse: 'InternalError' }, 'cut-before', 'cut-after'] as const)(
    'every fifth call %s: it ends as wanted, in one run',
    async (fault) => {
      await open({ fault: (_call, number) => (number % 5 === 0 ? fault : undefined) });
      expect((await run()).failed).toEqual([]);
      expect(stage.account.cam.roles.size).toBe(2);
      expect(stage.account.logs.topics).toHaveLength(1);
    },
  );
});

describe('what provisioning made, taken away again', () => {
  const noticeIds = ['notice-1'];

  it('leaves the account as empty as it was, and nothing else of it changed; a second run finds nothing', async () => {
    await open();
    stage.account.cam.policies.set('by-hand', { id: 7, document: '{}', description: '' });
    stage.account.secrets.set('of-somebody-else', { value: '{}', status: 'Enabled' });
    expect(await held()).toBe(2);
    await run({ noticeIds, secrets: { sms: { sdkAppId: '1' } } });
    const made = await held();
    expect(made).toBeGreaterThan(15);
    const before = stage.account.calls.length;
    const { planned } = await remove({ dryRun: true });
    expect(planned.every(({ change }) => change === 'remove')).toBe(true);
    expect(lines).toContain('- secret yiying-test-tokens (for good)');
    expect(stage.account.calls.slice(before).filter(({ action }) => isWrite(action))).toEqual([]);
    expect(await held()).toBe(made);
    const { done, failed } = await remove();
    expect(failed).toEqual([]);
    expect(done).toEqual(planned.map(({ name }) => name));
    expect(await held()).toBe(2);
    expect((await remove()).planned).toEqual([]);
    expect((await run({ noticeIds })).failed).toEqual([]);
    expect(await held()).toBe(made - 1);
  });

  it('keeps what cannot be made again: secrets, and buckets that hold something, until each is named', async () => {
    await open();
    await run();
    await call('cos', 'putObject', { Bucket: uploads, Key: 'outputs/a & b.jpg', Body: 'a photo' });
    await call('cos', 'multipartInit', { Bucket: buckets.web, Key: 'half' });
    const removal = { secretDays: null, emptied: [] };
    const { planned, failed } = await remove({ removal });
    expect(failed).toEqual([]);
    const secretNames = [...stage.account.secrets.keys()].map((name) => `secret ${name}`);
    expect(secretNames).toContain('secret yiying-test-tokens');
    expect(waiting(planned).sort()).toEqual([...secretNames, ...everyBucket.map((name) => `bucket ${name}`)].sort());
    expect(lines).toContain(`? bucket ${uploads} (kept, since it holds objects; --empty NAME deletes them with it)`);
    expect(lines).toContain(`? bucket ${buckets.code} (kept, empty; --empty NAME removes it)`);
    expect(cos.read(uploads, 'outputs/a & b.jpg')?.toString()).toBe('a photo');
    expect(await held()).toBe(secretNames.length + 3);
    // Secrets can be restored for a week; the buckets of pages and code are not named, and stay.
    const named = { secretDays: 7, emptied: [uploads] };
    expect((await remove({ removal: named })).failed).toEqual([]);
    await expect(call('cos', 'headBucket', { Bucket: uploads })).rejects.toMatchObject({ statusCode: 404 });
    expect(stage.account.secrets.get('yiying-test-tokens')?.status).toBe('PendingDelete');
    const last = await remove({ removal: { ...named, emptied: [buckets.web] } });
    expect(last.done).toEqual([`bucket ${buckets.web}`]);
  });

  it('keeps a bucket, although it was named, that a function of any stage has in its environment', async () => {
    await open();
    await run();
    await call('cos', 'putObject', { Bucket: uploads, Key: 'outputs/a.jpg', Body: 'a photo' });
    await deployInto('fixtures-prod', { COS_BUCKET: uploads });
    const { failed, planned } = await remove();
    expect([failed, waiting(planned)]).toEqual([[], [`bucket ${uploads}`]]);
    expect(lines).toContain(`? bucket ${uploads} (kept, since fixtures-prod/get-task has it in its environment)`);
    expect(cos.read(uploads, 'outputs/a.jpg')?.toString()).toBe('a photo');
    await stage.call('DeleteFunction', { FunctionName: 'get-task', Namespace: 'fixtures-prod' });
    expect((await remove()).done).toEqual([`bucket ${uploads}`]);
  });

  it('is refused while the stage’s functions stand, and a dry run prints the plan with the refusal', async () => {
    await open();
    await run();
    await deployInto('fixtures-test', {});
    const made = await held();
    await expect(remove()).rejects.toThrow('1 functions still stand: first npx serverless remove --stage test');
    lines.length = 0;
    const { planned, done, refused } = await remove({ dryRun: true });
    expect(refused).toContain('functions still stand');
    expect(lines).toContain('- role and policy yiying-test-get-task');
    expect([planned.length > 10, done, await held()]).toEqual([true, [], made]);
  });

  it('is refused where the roles, which are the whole account’s, name another region than the one asked', async () => {
    await open();
    const elsewhere = { ...service, region: 'ap-shanghai' };
    await run({ service: elsewhere });
    const before = stage.account.calls.length;
    const words = /in ap-shanghai, .* in ap-guangzhou: set TENCENT_REGION=ap-shanghai/;
    await expect(remove()).rejects.toThrow(words);
    expect((await remove({ dryRun: true })).refused).toMatch(words);
    expect(stage.account.calls.slice(before).filter(({ action }) => isWrite(action))).toEqual([]);
    expect((await remove({ service: elsewhere })).failed).toEqual([]);
    expect(await held()).toBe(0);
  });

  it('is completed although each run is killed at its first write, which the account has carried out', async () => {
    await open();
    await run();
    await call('cos', 'putObject', { Bucket: uploads, Key: 'inputs/a', Body: 'a photo' });
    const options = { removal: { secretDays: 0, emptied: everyBucket } };
    const dyingAtWrite = (): AccountCall => {
      let isDead = false;
      return async (place, action, request) => {
        if (isDead) throw new Killed();
        isDead = isWrite(action);
        const answer = await call(place, action, request);
        if (isDead) throw new Killed();
        return answer;
      };
    };
    let runs = 0;
    for (let ended = false; !ended && runs < 60; runs++) {
      ended = (await remove({ ...options, call: dyingAtWrite() })).failed.length === 0;
    }
    expect(runs).toBeGreaterThan(15);
    expect(await held()).toBe(0);
    expect((await remove(options)).planned).toEqual([]);
  });

  it('asks for the stage’s own name, and takes no flag that would be overlooked', () => {
    const parse = (line: string) => parseProvisionArgs(['--stage', 'prod', ...line.split(' ')]);
    expect(parse('--remove --confirm prod').removal).toEqual({ secretDays: null, emptied: [] });
    expect(parse('--remove --dry-run').removal).not.toBeNull();
    expect(parse('--remove --confirm prod --empty a-1 --secrets-within 7').removal).toEqual({
      ...{ secretDays: 7, emptied: ['a-1'] },
    });
    for (const line of ['--remove', '--remove --confirm staging']) expect(() => parse(line)).toThrow('--confirm prod');
    expect(() => parse('--empty a-1')).toThrow('belong to --remove');
    expect(() => parse('--remove --confirm prod --secret sms=x')).toThrow('--secret');
    expect(() => parse('--remove --confirm prod --secrets-within 31')).toThrow('0 to 30 days');
  });
});
