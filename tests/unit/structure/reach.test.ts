import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { readService } from '../../../infra/serverless/read-service.ts';
import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import type { SecretPurpose } from '../../../shared/config/secrets.ts';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';
import { SERVICE_VARIABLES } from './service-variables.ts';

/** What a function's bundle is made of: our files, and the packages that they import (types are no part of it). */
interface Reach {
  readonly files: readonly string[];
  readonly packages: readonly string[];
  /** Of the files, those of which something is left after tree shaking. */
  readonly kept: readonly string[];
}

/** One build for all of them: each file is read once, however many reach it. */
async function reachesOf(entries: readonly string[], root = ROOT): Promise<Reach[]> {
  const { metafile } = await build({
    entryPoints: [...entries],
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  const outputs = new Map(Object.values(metafile.outputs).map((output) => [output.entryPoint, output.inputs]));
  return entries.map((entry) => {
    const files = new Set([entry]);
    const packages = new Set<string>();
    for (const file of files)
      for (const { path, external } of metafile.inputs[file]?.imports ?? []) (external ? packages : files).add(path);
    const kept = Object.entries(outputs.get(entry) ?? {}).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    );
    return { files: [...files], packages: [...packages], kept };
  });
}
const reachOf = async (entry: string, root = ROOT): Promise<Reach> => (await reachesOf([entry], root))[0] as Reach;

const FUNCTIONS = listFiles(ROOT, ['functions'], /\/handler\.ts$/).map((file) =>
  file.slice('functions/'.length, -'/handler.ts'.length),
);

/** Functions whose work is image bytes; every other one must start fast. */
const READS_IMAGES = ['start-task', 'run-image-step', 'poll-provider-jobs'];
const MOVES_OBJECTS = [
  ...[
    'build-archive',
    'poll-provider-jobs',
    'reconcile-bills',
    'run-image-step',
    'run-provider-step',
    'start-task',
    'sweep-library',
  ],
  'sweep-tasks',
];
const ASKS_WECHAT = [
  ...['purchase-membership', 'list-plans', 'get-order', 'reconcile-orders', 'reconcile-bills', 'ops/refund-order'],
  'health-ready',
  'ops/get-settings',
];

const reaches = new Map<string, Reach>();
const reach = (name: string): Reach => reaches.get(name) as Reach;
/** The functions that reach a file or package that fits, in order. */
const whoReaches = (pattern: RegExp): string[] =>
  FUNCTIONS.filter((name) => [...reach(name).files, ...reach(name).packages].some((one) => pattern.test(one)));

const service = readService(ROOT, SERVICE_VARIABLES);
const declared = (folder: string) => service.functions.find(({ source }) => source === `functions/${folder}`)!;

/** Which file reads each secret, and which calls a service. */
const READERS: Readonly<Record<SecretPurpose, string>> = {
  database: 'shared/db/database.ts',
  tokens: 'shared/auth/tokens-secret.ts',
  'wechat-signing': 'shared/payments/open-wechat-channel.ts',
  'wechat-verifying': 'functions/pay-callback-wechat/handler.ts',
  'alipay-signing': 'shared/payments/open-alipay-channel.ts',
  'alipay-verifying': 'functions/pay-callback-alipay/handler.ts',
  operators: 'shared/ops/totp-key.ts',
  webhooks: 'shared/webhooks/webhook-secret.ts',
  payers: 'shared/payments/payer-hash.ts',
  payees: 'shared/growth/payee-key.ts',
  sms: 'shared/auth/tencent-sms.ts',
  captcha: 'shared/auth/tencent-captcha.ts',
};
/** Who begins work at an engine, and who asks about it: an engine's file holds both, and each is called out of one file. */
const BEGINS = 'shared/tasks/provider/run-provider-unit.ts';
const ASKS = 'shared/tasks/provider/poll-provider-jobs.ts';
const LOOKS_AT_FILMS = 'shared/tasks/provider/look-at-film.ts';
/** Every call of a service: what must all be in the bundle of whoever makes it. */
const CALLERS: Readonly<Record<string, readonly string[]>> = {
  'sms:SendSms': ['shared/auth/tencent-sms.ts'],
  'captcha:DescribeCaptchaResult': ['shared/auth/tencent-captcha.ts'],
  'ims:ImageModeration': ['shared/moderation/tencent-ims.ts'],
  'tms:TextModeration': ['shared/moderation/tencent-tms.ts'],
  'vm:CreateVideoModerationTask': ['shared/moderation/tencent-vm.ts', LOOKS_AT_FILMS],
  'vm:DescribeTaskDetail': ['shared/moderation/tencent-vm.ts', LOOKS_AT_FILMS],
  'mps:ProcessImage': ['shared/engines/tencent-mps.ts', BEGINS],
  'mps:DescribeImageTaskDetail': ['shared/engines/tencent-mps.ts', ASKS],
  'mps:ManageTask': ['shared/engines/tencent-mps.ts', ASKS],
  'vclm:SubmitImageToVideoGeneralJob': ['shared/engines/tencent-vclm.ts', BEGINS],
  'vclm:DescribeImageToVideoGeneralJob': ['shared/engines/tencent-vclm.ts', ASKS],
  // These answer at once: nobody asks about them.
  'aiart:ChangeClothes': ['shared/engines/tencent-aiart.ts', BEGINS],
  'aiart:ReplaceBackground': ['shared/engines/tencent-aiart.ts', BEGINS],
  'ci:CreateGoodsMattingJob': ['shared/engines/tencent-ci.ts', BEGINS],
  'ci:CreateAIEnhanceImageJob': ['shared/engines/tencent-ci.ts', BEGINS],
  'ci:CreateAISuperResolutionJob': ['shared/engines/tencent-ci.ts', BEGINS],
  'ci:CreateImageRepairJob': ['shared/engines/tencent-ci.ts', BEGINS],
};

/** Where what a function declares and what its bundle holds disagree; object by object, the local cloud refuses. */
function excesses({ name, access }: Pick<ServiceFunction, 'name' | 'access'>, kept: readonly string[]): string[] {
  const at = `functions.${name}: access`;
  const problems: string[] = [];
  for (const [purpose, file] of Object.entries(READERS) as [SecretPurpose, string][]) {
    const [has, reads] = [access.secrets.includes(purpose), kept.includes(file)];
    if (reads && !has) problems.push(`${at}.secrets lacks ${purpose}, which ${file} reads`);
    if (has && !reads) problems.push(`${at}.secrets has ${purpose}, which nothing in its bundle reads`);
  }
  const [hasObjects, uses] = [Object.keys(access.objects).length > 0, kept.includes('shared/cos/bucket.ts')];
  if (uses && !hasObjects) problems.push(`${at}.objects is empty, but shared/cos/bucket.ts is in its bundle`);
  if (hasObjects && !uses) problems.push(`${at}.objects is given, but nothing in its bundle uses a bucket`);
  for (const [api, files] of Object.entries(CALLERS)) {
    const [has, calls] = [access.apis.includes(api), files.every((file) => kept.includes(file))];
    if (calls && !has) problems.push(`${at}.apis lacks ${api}, which ${files[0]} calls`);
    if (has && !calls) problems.push(`${at}.apis has ${api}, which nothing in its bundle calls`);
  }
  for (const api of access.apis)
    if (!(api in CALLERS)) problems.push(`${at}.apis has ${api}, whose caller nobody knows`);
  return problems;
}

beforeAll(async () => {
  const found = await reachesOf(FUNCTIONS.map((name) => `functions/${name}/handler.ts`));
  for (const [n, name] of FUNCTIONS.entries()) reaches.set(name, found[n] as Reach);
}, 60_000);

const onlyOf = (allowed: readonly string[], found: readonly string[]) =>
  found.filter((name) => !allowed.includes(name));

describe('what a function can reach, by way of everything it imports', () => {
  it('is known for every function', () => {
    expect(FUNCTIONS).toContain('create-task');
    expect(reach('create-task').files).toContain('shared/tasks/create-task.ts');
    expect(reach('create-task').packages).toContain('mysql2/promise');
  });

  it('image code: only those that read images', () => {
    const imageCode =
      /^sharp$|opencv|litert|mediapipe|^shared\/media\/.*(cutout|clean|decode|inspect-image|enhance|white)/;
    expect(onlyOf(READS_IMAGES, whoReaches(imageCode))).toEqual([]);
    expect(whoReaches(imageCode)).toContain('run-image-step');
  });

  it('processors are known by name and params without their code: no image code, no font', async () => {
    const names = await reachOf('shared/media/processors.ts');
    expect(names.files).toContain('shared/media/storyboard/storyboard-params.ts');
    expect(names.packages).toEqual(['zod/mini']);
    expect(names.files.filter((file) => /draw-|run-|canvas|decode|open-typeface/.test(file))).toEqual([]);
    const code = await reachOf('shared/media/load-processor.ts');
    expect(code.packages).toEqual(expect.arrayContaining(['sharp', 'opentype.js']));
    const whoSetsType = whoReaches(/^opentype\.js$|@embedpdf/);
    expect(onlyOf(READS_IMAGES, whoSetsType)).toEqual([]);
  });

  it("COS's SDK: only those that move objects, for it costs a click 82–140 ms", () => {
    expect(whoReaches(/^cos-nodejs-sdk-v5$/)).toEqual(MOVES_OBJECTS);
  });

  it('a pay callback reaches no object storage, no image code and no signing key', () => {
    const callbacks = FUNCTIONS.filter((name) => name.startsWith('pay-callback-'));
    expect(callbacks).not.toEqual([]);
    for (const name of callbacks) {
      const banned =
        /^shared\/(cos|media|tasks|auth)\/|sign-request|sign-parameters|signing-config|(wechat-pay|alipay)-channel|^cos-|^sharp$/;
      expect(
        reach(name)
          .files.concat(reach(name).packages)
          .filter((one) => banned.test(one)),
        name,
      ).toEqual([]);
    }
  });

  it("WeChat's signer: only those that ask WeChat something", () => {
    expect(onlyOf(ASKS_WECHAT, whoReaches(/sign-request|signing-config/))).toEqual([]);
    expect(whoReaches(/sign-request/)).toContain('purchase-membership');
  });

  it('the SMS sender: only send-code', () => {
    expect(onlyOf(['send-code'], whoReaches(/shared\/auth\/tencent-(sms|captcha)\.ts$/))).toEqual([]);
  });

  it('the database: all but health-live, which answers without touching anything', () => {
    expect(whoReaches(/^mysql2/)).toEqual(FUNCTIONS.filter((name) => name !== 'health-live'));
  });

  it('the secrets, objects and services that serverless.yml lets it reach, and no others', () => {
    expect(FUNCTIONS.flatMap((name) => excesses(declared(name), reach(name).kept))).toEqual([]);
  });

  it('a right too many and one too few are named', () => {
    const getTask = declared('get-task');
    const access = { secrets: ['database', 'sms'] as const, objects: {}, apis: [] };
    expect(excesses({ ...getTask, access }, reach('get-task').kept)).toEqual([
      'functions.get-task: access.secrets lacks tokens, which shared/auth/tokens-secret.ts reads',
      'functions.get-task: access.secrets has sms, which nothing in its bundle reads',
      'functions.get-task: access.objects is empty, but shared/cos/bucket.ts is in its bundle',
    ]);
    const idle = { ...access, secrets: [], objects: { 'outputs/': ['get' as const] }, apis: ['sms:SendSms'] };
    expect(excesses({ ...declared('health-live'), access: idle }, reach('health-live').kept)).toEqual([
      'functions.health-live: access.objects is given, but nothing in its bundle uses a bucket',
      'functions.health-live: access.apis has sms:SendSms, which nothing in its bundle calls',
    ]);
  });

  it('a right at an engine that its asker has and its beginner uses is one too many, and so is one that nobody knows', () => {
    const asker = declared('poll-provider-jobs');
    const excess = (api: string) =>
      excesses({ ...asker, access: { ...asker.access, apis: [...asker.access.apis, api] } }, reach(asker.name).kept);
    for (const api of [
      'mps:ProcessImage',
      'vclm:SubmitImageToVideoGeneralJob',
      'ci:CreateGoodsMattingJob',
      'aiart:ChangeClothes',
    ])
      expect(excess(api)).toEqual([
        `functions.poll-provider-jobs: access.apis has ${api}, which nothing in its bundle calls`,
      ]);
    expect(excess('cam:CreateUser')).toEqual([
      'functions.poll-provider-jobs: access.apis has cam:CreateUser, whose caller nobody knows',
    ]);
    const { apis } = declared('run-provider-step').access;
    const lessOne = { ...declared('run-provider-step').access, apis: apis.filter((api) => api !== 'mps:ProcessImage') };
    expect(excesses({ name: 'run-provider-step', access: lessOne }, reach('run-provider-step').kept)).toEqual([
      'functions.run-provider-step: access.apis lacks mps:ProcessImage, which shared/engines/tencent-mps.ts calls',
    ]);
  });

  it("nothing of Tencent's own SDK but aiart's client where pictures are asked for; nothing of scripts, infra or tests", () => {
    expect(whoReaches(/^tencentcloud/)).toEqual(['run-provider-step']);
    expect(reach('run-provider-step').packages.filter((one) => one.startsWith('tencentcloud'))).toEqual([
      'tencentcloud-sdk-nodejs/tencentcloud/services/aiart/v20221229/aiart_client.js',
    ]);
    expect(whoReaches(/^(scripts|infra|tests)\//)).toEqual([]);
  });

  it('a planted import is seen through any number of files', async () => {
    const root = `${ROOT}tests/unit/structure/planted/`;
    expect(existsSync(`${root}handler.ts`)).toBe(true);
    const planted = await reachOf('handler.ts', root);
    expect(planted.files).toEqual(['handler.ts', 'second.ts', 'third.ts']);
    expect(planted.packages).toEqual(['sharp']);
  });
});
