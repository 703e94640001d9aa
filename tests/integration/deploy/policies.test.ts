import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyDocument } from '../../../infra/provision/policy-document.ts';
import { type HeldPolicy, isAllowed } from '../../../scripts/local/cam/is-allowed.ts';
import { localIdentities } from '../../../scripts/local/cam/local-identities.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { LOCAL_OWNER } from '../../../scripts/local/tencent-api/local-owner.ts';
import { startTencentApi, type TencentApi } from '../../../scripts/local/tencent-api/start-tencent-api.ts';
import { ciStandin } from '../../../scripts/local/tencent-engines/ci-standin.ts';
import { drawPictures } from '../../../scripts/local/tencent-engines/draw-pictures.ts';
import { secretSource } from '../../../shared/config/secret-source.ts';
import { copyObject } from '../../../shared/cos/copy-object.ts';
import { openObjects } from '../../../shared/cos/objects.ts';
import { tencentCi } from '../../../shared/engines/tencent-ci.ts';
import { photo as drawnPhoto } from '../../fixtures/task-stage.ts';

const region = 'ap-guangzhou';
const bucket = 'photos-1250000000';
const names = {
  stage: 'test',
  region,
  appId: '1250000000',
  ownerUin: LOCAL_OWNER,
  bucket,
  creatorUin: () => LOCAL_OWNER,
};
const policy = policyDocument(
  {
    role: 'yiying-test-reader',
    access: {
      secrets: ['database'],
      objects: { 'outputs/': ['get'], 'inputs/': ['put'], 'vendor/': ['put'] },
      apis: ['sms:SendSms', 'ci:CreateGoodsMattingJob'],
    },
  },
  names,
)!;
const owner = { secretId: 'AKIDowner', secretKey: 'key-of-this-test-alone', sessionToken: 'token' };
const identities = localIdentities(owner, new Map([['reader', [policy]]]));
const clock = () => Date.now();

let folder: string;
let photo: Buffer;
let cos: LocalCos;
let api: TencentApi;
beforeAll(async () => {
  photo = await drawnPhoto();
  folder = await mkdtemp(join(tmpdir(), 'policies-'));
  const signers = { secretKeyOf: identities.find, mayDo: identities.mayDo };
  cos = await startLocalCos({
    ...signers,
    ...{ dataFolder: folder, appId: names.appId, region, clock, buckets: [{ name: 'photos' }] },
    processPicture: ciStandin({ drawing: drawPictures }),
  });
  api = await startTencentApi({
    clock,
    credentials: identities.all,
    mayDo: identities.mayDo,
    secrets: { 'yiying-test-database': { user: 'app' }, 'yiying-test-tokens': {} },
    sms: { sdkAppId: '1', signName: '', templates: {} },
  });
});
afterAll(async () => {
  await Promise.all([cos?.close(), api?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const role = () => identities.ofFunction('reader')!;
const place = () => ({ bucket, region, endpoint: cos.url });
const objects = (credentials = role) => openObjects({ ...place(), credentials, clock });
const secrets = () => secretSource({ region, endpoint: api.url, credentials: role, clock });

describe('a role made of what its function declares', () => {
  it('reads the objects that it may read, and writes where it may write', async () => {
    await objects(() => owner).put('outputs/a', Buffer.from('a'), 'text/plain');
    expect((await objects().get('outputs/a')).bytes.toString()).toBe('a');
    await objects().put('inputs/a', Buffer.from('a'), 'text/plain');
  });

  it('is refused every other prefix and verb, also by way of a copy', async () => {
    const refused = { code: 'AccessDenied' };
    await expect(objects().put('outputs/b', Buffer.from('b'), 'text/plain')).rejects.toMatchObject(refused);
    await expect(objects().get('inputs/a')).rejects.toMatchObject(refused);
    await expect(objects().delete('inputs/a')).rejects.toMatchObject(refused);
    await expect(objects().get('outputs')).rejects.toMatchObject(refused);
    const copy = (fromKey: string) =>
      copyObject({ ...place(), credentials: role }, { fromKey, toKey: 'inputs/c' }, clock());
    expect(await copy('outputs/a')).toBe('copied');
    await expect(copy('inputs/a')).rejects.toThrow('403');
  });

  it('has 数据万象 do what it may, on pictures that it may read, to keys that it may write', async () => {
    await objects(() => owner).put('outputs/photo', photo, 'image/jpeg');
    await objects(() => owner).put('inputs/photo', photo, 'image/jpeg');
    const engine = tencentCi({ bucket: { ...place(), credentials: role } });
    const ask = (processor: string, key: string) =>
      engine.submit({
        ...{ processor, pictures: [{ name: 'photo', key }], params: {}, nowMs: clock() },
        ...{ taskId: 'tsk_1', attemptId: 'lse_1' },
      });
    expect(await ask('cutout', 'outputs/photo')).toBe('vendor/tsk_1/lse_1.png');
    await expect(ask('enhance', 'outputs/photo')).rejects.toMatchObject({ code: 'Ci.403.AccessDenied' });
    await expect(ask('cutout', 'inputs/photo')).rejects.toMatchObject({ code: 'Ci.403.AccessDenied' });
    expect(policy.statement.find(({ action }) => action.includes('ci:CreateGoodsMattingJob'))?.resource).toEqual([
      `qcs::ci:${region}:uid/${names.appId}:bucket/${bucket}/*`,
    ]);
  });

  it('reads its own secret and no other', async () => {
    expect(await secrets().get('yiying-test-database')).toEqual({ user: 'app' });
    await expect(secrets().get('yiying-test-tokens')).rejects.toMatchObject({ code: 'UnauthorizedOperation' });
  });
});

describe("CAM's rules", () => {
  const statement = (effect: string, action: string, resource: string): HeldPolicy => ({
    statement: [{ effect, action, resource }],
  });

  it('allow nothing by themselves; a denial outweighs what allows', () => {
    const put = ['cos:PutObject', 'qcs::cos:r:uid/1:b-1/inputs/a'] as const;
    const allow = statement('allow', 'name/cos:*', 'qcs::cos:r:uid/1:b-1/inputs/*');
    expect(isAllowed([], ...put)).toBe(false);
    expect(isAllowed([allow], ...put)).toBe(true);
    expect(isAllowed([allow], put[0], 'qcs::cos:r:uid/1:b-1/outputs/a')).toBe(false);
    expect(isAllowed([allow], put[0], 'qcs::cos:r:uid/1:b-2/inputs/a')).toBe(false);
    expect(isAllowed([allow, statement('deny', 'cos:PutObject', '*')], ...put)).toBe(false);
  });

  it('a function that declares nothing has no role', () => {
    expect(policyDocument({ role: null, access: { secrets: [], objects: {}, apis: [] } }, names)).toBeNull();
  });
});
