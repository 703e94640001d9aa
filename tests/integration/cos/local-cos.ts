import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import COS from 'cos-nodejs-sdk-v5';
import type { BucketSettings } from '../../../scripts/local/cos/bucket.ts';
import type { CosEvent } from '../../../scripts/local/cos/cos-event.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';

export const appId = '1250000000';
export const region = 'ap-guangzhou';
export const bucket = `yiying-${appId}`;
/** Where the SDK's calls go by default. */
export const at = (Key: string) => ({ Bucket: bucket, Region: region, Key });

export type TestCos = LocalCos & {
  dataFolder: string;
  credentials: { secretId: string; secretKey: string };
  temporary: { secretId: string; secretKey: string; sessionToken: string };
  events: { bucket: string; event: CosEvent }[];
  bugs: unknown[];
  /** The official SDK, addressed by path. */
  sdk: COS;
  /** The SDK with other options. */
  sdkWith(options: COS.COSOptions): COS;
  shiftMs(ms: number): void;
  remove(): Promise<void>;
};

const newKey = () => ({
  secretId: `AKID${randomBytes(12).toString('hex')}`,
  secretKey: randomBytes(16).toString('hex'),
});

/** A local COS on a folder and keys of its own. */
export async function openTestCos(settings: Omit<BucketSettings, 'name'> = {}): Promise<TestCos> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cos-test-'));
  const credentials = newKey();
  const temporary = { ...newKey(), sessionToken: randomBytes(16).toString('base64') };
  const events: TestCos['events'] = [];
  const bugs: unknown[] = [];
  let offsetMs = 0;
  const server = await startLocalCos({
    dataFolder,
    appId,
    region,
    clock: () => Date.now() + offsetMs,
    secretKeyOf: (id) => [credentials, temporary].find(({ secretId }) => secretId === id),
    buckets: [{ name: 'yiying', ...settings }, { name: 'other' }],
    onEvent: (name, event) => events.push({ bucket: name, event }),
    onBug: (bug) => bugs.push(bug),
  });
  const sdkWith = (more: COS.COSOptions) =>
    new COS({
      SecretId: credentials.secretId,
      SecretKey: credentials.secretKey,
      Domain: `127.0.0.1:${server.port}/{Bucket}`,
      Protocol: 'http:',
      ConfCwd: dataFolder,
      ...more,
    });
  return {
    ...server,
    dataFolder,
    credentials,
    temporary,
    events,
    bugs,
    sdk: sdkWith({}),
    sdkWith,
    shiftMs: (ms) => {
      offsetMs += ms;
    },
    async remove() {
      await server.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
