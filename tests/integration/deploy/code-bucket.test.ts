import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DesiredFunction } from '../../../infra/deploy/desired-function.ts';
import { openDeployment } from '../../../scripts/deploy/open-deployment.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { LOCAL_NAMES } from '../../../scripts/local/local-names.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const credentials = { secretId: 'AKIDoperator', secretKey: 'key-of-this-test-alone' };

let folder: string;
let cos: LocalCos;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'code-bucket-'));
  cos = await startLocalCos({
    ...{ dataFolder: folder, appId: '1250000000', region: 'ap-guangzhou', clock: () => Date.now() },
    buckets: [{ name: 'code' }],
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
  });
});
afterAll(async () => {
  await cos.close();
  await rm(folder, { recursive: true, force: true });
});

const deployment = (bucket: string | undefined) =>
  openDeployment({
    root,
    stage: 'local',
    env: {
      ...LOCAL_NAMES,
      TENCENTCLOUD_SECRET_ID: credentials.secretId,
      TENCENTCLOUD_SECRET_KEY: credentials.secretKey,
      TENCENT_COS_ENDPOINT: cos.url,
      CODE_BUCKET: bucket,
    },
  });

/** A function whose zip has this many bytes, and how often it was packed. */
function ofBytes(zipBytes: number, hash = 'a'.repeat(64)) {
  let packed = 0;
  const zip = async () => {
    packed += 1;
    return Buffer.alloc(zipBytes, packed);
  };
  const code = { hash, files: [], unpackedBytes: zipBytes * 2, zip };
  // Nothing else of it is read here.
  return { one: { name: 'run-image-step', code } as unknown as DesiredFunction, packed: () => packed };
}

const BIG = 7_500_000;

describe('code for a function', () => {
  it('goes along with the request when it is small', async () => {
    const { one } = ofBytes(1000);
    expect(await deployment(undefined).codeOf(one)).toEqual({ ZipFile: Buffer.alloc(1000, 1).toString('base64') });
  });

  it('goes through the bucket when it is big, and only once while it is the same', async () => {
    const { codeOf } = deployment('code-1250000000');
    const first = ofBytes(BIG);
    const place = await codeOf(first.one);
    expect(place).toMatchObject({ CosBucketName: 'code', CosObjectName: expect.stringContaining('a'.repeat(64)) });
    const key = String((place as { CosObjectName: string }).CosObjectName).slice(1);
    expect(cos.read('code-1250000000', key)).toHaveLength(BIG);
    const again = ofBytes(BIG);
    expect(await codeOf(again.one)).toEqual(place);
    expect([first.packed(), again.packed()]).toEqual([1, 0]);
    const changed = ofBytes(BIG, 'b'.repeat(64));
    expect(await codeOf(changed.one)).not.toEqual(place);
    expect(changed.packed()).toBe(1);
  });

  it('which is big has nowhere to go without a bucket, and that is said', async () => {
    await expect(deployment(undefined).codeOf(ofBytes(BIG).one)).rejects.toThrow('CODE_BUCKET is not set');
  });
});
