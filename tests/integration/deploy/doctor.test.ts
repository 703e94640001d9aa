import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseChecks } from '../../../infra/doctor/database-checks.ts';
import type { Finding } from '../../../infra/doctor/finding.ts';
import { runChecks } from '../../../infra/doctor/run-checks.ts';
import { migrate, schemaFiles } from '../../../infra/migrate.ts';
import { ALARMS } from '../../../infra/observability/metrics.ts';
import { openAccount } from '../../../infra/provision/account-call.ts';
import { runProvision } from '../../../infra/provision/run-provision.ts';
import type { Service } from '../../../infra/serverless/service.ts';
import { cnamesOf } from '../../../scripts/doctor/cnames-of.ts';
import { runDoctor } from '../../../scripts/doctor/run-doctor.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { type FreshDatabase, freshDatabase } from '../../../scripts/test/fresh-database.ts';
import type { DatabaseSecret } from '../../../shared/config/secrets.ts';
import { openConnection } from '../../../shared/db/open-connection.ts';
import { runMigration } from '../../../shared/db/run-migration.ts';
import { type DeployStage, deployStage, wantedOf } from '../../fixtures/tencent/deploy-stage.ts';
import { fixtureService } from '../scf/scf-stage.ts';

const buckets = {
  ...{ uploads: 'photos-1250000000', web: null, code: 'code-1250000000' },
  webOrigins: ['https://app.example.com'],
};
const noticeIds = ['notice-1'];
const NAMESPACE = 'shop-test';
const access = { secrets: ['database'] as const, objects: {}, apis: [] };
const entries = {
  'migrate-database': { namespace: NAMESPACE, role: 'yiying-test-migrate-database', access },
  login: {
    namespace: NAMESPACE,
    role: 'yiying-test-login',
    reservedConcurrency: 4,
    http: { path: '/v1/login', authType: 'NONE' as const, extranet: true, intranet: false },
    access: { ...access, objects: { 'inputs/': ['get' as const] } },
  },
};
const fixture = fixtureService(entries);
const service: Service = {
  ...fixture,
  vpc: { vpcId: 'vpc-1', subnetId: 'subnet-1' },
  customDomain: { ...fixture.customDomain!, protocol: 'HTTPS', certificateId: 'cert-1' },
};

let database: FreshDatabase;
let stage: DeployStage;
let cos: LocalCos;
let folder: string;
let cnames: string[];
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Everything that a deploy stands on, as an operator would have made it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const secret = database.connection as DatabaseSecret;
  stage = await deployStage({
    takesMs: 0,
    invoke: async (_name, event) => {
      const { action } = event as { action: 'status' };
      const result = await runMigration(() => openConnection(async () => secret), schemaFiles(), action);
      const replyText = JSON.stringify({ ok: true, result, requestId: 'r' });
      return { ok: true, requestId: 'r', replyText };
    },
  });
  const { credentials, account } = stage;
  cos = await startLocalCos({
    ...{ dataFolder: folder, appId: '1250000000', region: 'ap-guangzhou', clock: () => Date.now() },
    ...{ buckets: [], makesBuckets: true },
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
  });
  const { site, cam } = account;
  site.vpcs.set('vpc-1', { subnets: new Map([['subnet-1', { free: 1000 }]]) });
  site.vpcs.set('vpc-2', { subnets: new Map([['subnet-2', { free: 1000 }]]) });
  site.certificates.set('cert-1', {
    domains: ['example.com', '*.example.com'],
    status: 1,
    endsAt: '2099-01-01 00:00:00',
  });
  site.signs.push({ name: '衣影', status: 0 });
  site.templates.set(100, { content: '验证码{1}，{2}分钟内有效', status: 0 });
  cam.roles.set('SCF_QcsRole', { id: '1', trust: '', description: '', policies: new Set() });
  cnames = ['1250000000.ap-guangzhou.tencentscf.com'];
  const sms = { sdkAppId: '1400000000', signName: '衣影', templateId: '100' };
  const tcp = { host: '10.0.0.2', port: 3306, user: 'app', password: randomBytes(8).toString('hex'), database: 'app' };
  const { failed } = await runProvision({
    ...{ call: callOf(), timing: stage.timing, service, buckets, noticeIds, secrets: { database: tcp, sms } },
    say: () => undefined,
  });
  expect(failed).toEqual([]);
  const deployed = await stage.deploy(wantedOf(entries, 'first', { namespaces: [NAMESPACE] }));
  expect(deployed.failed).toEqual([]);
});
afterEach(async () => {
  await Promise.all([stage.close(), cos.close()]);
  await rm(folder, { recursive: true, force: true });
});

const callOf = (keys = stage.credentials) =>
  openAccount({ credentials: keys, region: 'ap-guangzhou', endpoint: stage.url, cosEndpoint: cos.url });

async function examine(
  change: { service?: Service; call?: ReturnType<typeof callOf>; scf?: DeployStage['call'] } = {},
): Promise<Finding[]> {
  return runDoctor({
    ...{
      service,
      buckets,
      noticeIds,
      call: callOf(),
      scf: stage.call,
      say: (line: string) => void stage.lines.push(line),
    },
    ...{ resolveCname: async () => cnames, nowMs: () => Date.now() },
    ...change,
  });
}
const bad = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ name, state, said, todo }) => (state === 'ok' ? [] : [`${state} ${name}: ${said} → ${todo}`]));

describe('the doctor', () => {
  it('finds nothing in an account that is in order, changes nothing, and says no secret', async () => {
    const before = stage.account.calls.length;
    const findings = await examine();
    expect(bad(findings)).toEqual([]);
    expect(findings.length).toBeGreaterThan(15);
    const writes = stage.account.calls
      .slice(before)
      .filter(({ action }) => !/^(Get|List|Describe|InvokeF)/.test(action));
    expect(writes).toEqual([]);
    const values = [...stage.account.secrets.values()].flatMap(({ value }) => value.match(/"[\w+/=]{12,}"/g) ?? []);
    expect(values.length).toBeGreaterThan(2);
    for (const value of values) expect(stage.lines.join('\n')).not.toContain(value.slice(1, -1));
  });

  /** What else is missing with it: its subnet, its attachment, its index with all that asks it; half a channel that is not valid either. */
  const FOLLOWS = new Map([
    ['the VPC', 1],
    ["a function's role", 1],
    ['the log topic', 2 + ALARMS.length],
    ['half of a channel', 1],
    ['a key of a channel', 1],
  ]);
  const LATER = new Set(['half of a channel']);
  const secret = (purpose: string) => `yiying-test-${purpose}`;
  it.each<[string, () => unknown, RegExp]>([
    ['the VPC', () => stage.account.site.vpcs.delete('vpc-1'), /^wrong VPC: vpc-1 is not in ap-guangzhou → VPC_ID/],
    [
      'the subnet',
      () => stage.account.site.vpcs.get('vpc-1')!.subnets.clear(),
      /^wrong subnet: subnet-1 is not in ap-guangzhou → SUBNET_ID: of a subnet of vpc-1/,
    ],
    [
      'room in the subnet',
      () => stage.account.site.vpcs.get('vpc-1')!.subnets.set('subnet-1', { free: 3 }),
      /^wrong subnet: 3 addresses are free/,
    ],
    ["the platform's role", () => stage.account.cam.roles.delete('SCF_QcsRole'), /^wrong role SCF_QcsRole: missing/],
    [
      "a function's role",
      () => stage.account.cam.roles.delete('yiying-test-login'),
      /^wrong role yiying-test-login: missing → npm run provision -- --stage test/,
    ],
    [
      "a policy's own wording",
      () => {
        stage.account.cam.policies.get('yiying-test-login')!.document = '{}';
      },
      /^wrong policy yiying-test-login: differs/,
    ],
    ['the log topic', () => stage.account.logs.topics.splice(0), /^wrong log topic .*: missing → npm run provision/],
    [
      'a bucket’s CORS',
      () => callOf()('cos', 'deleteBucketCors', { Bucket: buckets.uploads }),
      /^wrong CORS of photos-1250000000: missing/,
    ],
    [
      'the database secret',
      () => stage.account.secrets.delete(secret('database')),
      /^wrong secret yiying-test-database: missing → .*--secret database=FILE/,
    ],
    [
      'a field of it',
      () => {
        stage.account.secrets.get(secret('database'))!.value = '{"host":"10.0.0.2","user":"app","database":"app"}';
      },
      /^wrong secret yiying-test-database: not valid: password/,
    ],
    [
      'our own keys',
      () => stage.account.secrets.delete(secret('tokens')),
      /^wrong secret yiying-test-tokens: missing → npm run provision -- --stage test makes it/,
    ],
    [
      'a secret that is disabled',
      () => {
        stage.account.secrets.get(secret('operators'))!.status = 'Disabled';
      },
      /^wrong secret yiying-test-operators: it is Disabled → enable/,
    ],
    [
      'half of a channel',
      () => stage.account.secrets.set(secret('alipay-signing'), { value: '{}', status: 'Enabled' }),
      /^wrong secret yiying-test-alipay-verifying: missing beside alipay-signing/,
    ],
    [
      'a key of a channel',
      () => {
        const keys = { appPrivateKey: 'no key', alipayPublicKey: 'no key' };
        const value = JSON.stringify({ appId: '2021001234567890', sellerId: '2088101106499364', ...keys });
        stage.account.secrets.set(secret('alipay-signing'), { value, status: 'Enabled' });
      },
      /^wrong secret yiying-test-alipay-signing: not valid: (appPrivateKey|alipayPublicKey) is not/,
    ],
    [
      'the SMS signature',
      () => stage.account.site.signs.splice(0),
      /^wrong SMS signature: 「衣影」 is not in this account → 短信 console/,
    ],
    [
      'its approval',
      () => {
        stage.account.site.signs[0]!.status = 1;
      },
      /^wrong SMS signature: 「衣影」: under review/,
    ],
    ['the SMS template', () => stage.account.site.templates.clear(), /^wrong SMS template: 100 is not in this account/],
    [
      'a variable of it',
      () => stage.account.site.templates.set(100, { content: '验证码{1}', status: 0 }),
      /^wrong SMS template: 100 has 1 variables/,
    ],
    [
      'the certificate',
      () => stage.account.site.certificates.clear(),
      /^wrong certificate: cert-1 is not in this account → API_CERTIFICATE_ID/,
    ],
    [
      'its issue',
      () => {
        stage.account.site.certificates.get('cert-1')!.status = 0;
      },
      /^wrong certificate: cert-1 has status 0/,
    ],
    [
      'its name',
      () => {
        stage.account.site.certificates.get('cert-1')!.domains = ['other.com', '*.api.example.com'];
      },
      /^wrong certificate: it is for other.com, \*.api.example.com → a certificate for api.example.com/,
    ],
    [
      'its time',
      () => {
        stage.account.site.certificates.get('cert-1')!.endsAt = '2020-01-01 00:00:00';
      },
      /^wrong certificate: it ends in -\d+ days/,
    ],
    [
      'the CNAME',
      () => cnames.splice(0),
      /^wrong DNS: api.example.com has no CNAME → a CNAME of api.example.com to 1250000000.ap-guangzhou.tencentscf.com/,
    ],
    [
      'the custom domain',
      () => stage.account.scf.domains.clear(),
      /^ask domain: api.example.com is no custom domain yet; the deploy makes it → see that .* ICP/,
    ],
    [
      'the quota of namespaces',
      () => {
        stage.account.scf.mostNamespaces = 1;
      },
      /^wrong quota of namespaces: 2 are needed, the region allows 1 → ask for more/,
    ],
    [
      'the quota of concurrency',
      () => {
        stage.account.scf.regionMb = 5119;
      },
      /^wrong quota of concurrency: 1024 MB are reserved in all, 4096 must be left to the other functions, the region has 5119/,
    ],
    [
      'the function that reaches the database',
      () => {
        const { functions } = stage.account.scf;
        functions.splice(
          functions.findIndex(({ name }) => name === 'migrate-database'),
          1,
        );
      },
      /^ask database: no function that could reach it is deployed yet → npx serverless deploy function -f migrate-database --stage test/,
    ],
  ])('finds that %s is taken away, and what to do', async (what, take, line) => {
    await take();
    const found = bad(await examine());
    expect(found[LATER.has(what) ? 1 : 0]).toMatch(line);
    expect(found).toHaveLength(1 + (FOLLOWS.get(what) ?? 0));
  });

  it('keys that are refused end it at once', async () => {
    const call = callOf({ ...stage.credentials, secretKey: 'another' });
    expect(bad(await examine({ call }))).toEqual([
      expect.stringMatching(/^wrong credentials: AuthFailure.* → TENCENTCLOUD/),
    ]);
  });

  it('what the user may not ask is told as that, and the rest is looked at all the same', async () => {
    const call: ReturnType<typeof callOf> = async (place, action, request) => {
      if (place !== 'vpc') return callOf()(place, action, request);
      throw Object.assign(new Error('no permission'), { code: 'UnauthorizedOperation' });
    };
    const found = bad(await examine({ call }));
    expect(found).toEqual([
      expect.stringMatching(/^wrong VPC: Unauth.*step 8/),
      expect.stringMatching(/^wrong subnet/),
    ]);
  });

  it('a call that the account refuses is no fault of the database’s address', async () => {
    const scf: typeof stage.call = async (action, request) => {
      if (action !== 'InvokeFunction') return stage.call(action, request);
      throw Object.assign(new Error('no permission'), { code: 'UnauthorizedOperation' });
    };
    const found = bad(await examine({ scf }));
    expect(found).toEqual([expect.stringMatching(/^wrong database: Unauth.*step 8/)]);
  });

  it('a name server that does not answer is no missing record', async () => {
    const failing = (code: string) => cnamesOf('x', () => Promise.reject(Object.assign(new Error(code), { code })));
    expect(await Promise.all(['ENODATA', 'ENOTFOUND'].map(failing))).toEqual([[], []]);
    await expect(failing('ESERVFAIL')).rejects.toThrow('ESERVFAIL');
  });

  it('the schema of an older release, and functions that hold more connections than the server allows', async () => {
    const connection = await createConnection(database.connection);
    await connection.query("UPDATE schema_migrations SET finished_at = NULL WHERE name = '0040_marks_of_cutouts'");
    const many = { ...service, functions: service.functions.map((one) => ({ ...one, reservedConcurrency: 9000 })) };
    const found = bad(await examine({ service: many }));
    await migrate(connection);
    await connection.end();
    expect(found).toEqual([
      expect.stringMatching(/^wrong quota of concurrency/),
      expect.stringMatching(
        /^wrong database connections: the functions may hold 18000, it allows \d+ → max_connections/,
      ),
      expect.stringMatching(/^wrong schema: 1 of \d+ files are not applied → npm run migrate -- up --stage test/),
    ]);
  });
});

it('a database that is too old, without triggers, with another clock, or that does not answer', async () => {
  const server = { version: '5.7.44-log', allowsTriggers: false, maxConnections: 800, nowMs: 0 };
  const seen = { level: '', files: 1, finished: 1, pending: [], changed: ['0001'], others: [], running: false, server };
  const look = async (status: () => Promise<typeof seen>) =>
    (
      await runChecks(
        databaseChecks(service, status, () => 60_000),
        () => undefined,
      )
    ).filter(({ state }) => state === 'wrong');
  expect((await look(async () => seen)).map(({ name }) => name)).toEqual([
    ...['database version', 'database triggers', 'database clock', 'schema'],
  ]);
  const away = await look(() => Promise.reject(new Error('migrate-database: database unavailable')));
  expect(bad(away)).toEqual([
    expect.stringMatching(/^wrong database: .*unavailable → the database secret: .*same VPC/),
  ]);
});
