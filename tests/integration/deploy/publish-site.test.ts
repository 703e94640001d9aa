import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Timing } from '../../../infra/deploy/paced-call.ts';
import { type AccountCall, openAccount } from '../../../infra/provision/account-call.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { parseWebArgs } from '../../../scripts/web/parse-web-args.ts';
import { publishSite } from '../../../scripts/web/publish-site.ts';
import type { SiteConfig } from '../../../scripts/web/site-config.ts';
import { siteOfStage } from '../../../scripts/web/site-of-stage.ts';
import { fixtureService } from '../scf/scf-stage.ts';

const credentials = { secretId: 'AKIDoperator', secretKey: 'key-of-this-test-alone' };
const bucket = 'pages-1250000000';
const timing: Timing = { nowMs: () => Date.now(), sleep: async () => undefined };

let folder: string;
let cos: LocalCos;
let call: AccountCall;
const lines: string[] = [];
beforeEach(async () => {
  lines.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'publish-site-'));
  cos = await startLocalCos({
    ...{ dataFolder: join(folder, 'cos'), appId: '1250000000', region: 'ap-guangzhou', clock: () => Date.now() },
    buckets: [{ name: 'pages' }],
    secretKeyOf: (id) => (id === credentials.secretId ? credentials : undefined),
  });
  call = openAccount({ credentials, region: 'ap-guangzhou', cosEndpoint: cos.url });
  await write({
    'index.html': 'v1',
    'login/index.html': 'v1',
    'assets/a-1.js': 'one',
    'icon.svg': '<svg/>',
    'licences.md': 'MIT',
  });
});
afterEach(async () => {
  await cos.close();
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  await rm(join(folder, 'site'), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'site', path)), { recursive: true });
    await writeFile(join(folder, 'site', path), text);
  }
}
const publish = (options: { dryRun?: boolean; call?: AccountCall } = {}) =>
  publishSite({
    ...{ call, timing, bucket, folder: join(folder, 'site'), say: (line: string) => void lines.push(line) },
    ...options,
  });
const headOf = async (Key: string) => (await call('cos', 'headObject', { Bucket: bucket, Key }))['headers'];
const textOf = (key: string) => cos.read(bucket, key)?.toString();

describe('publishing the pages', () => {
  it('sends all of them, each as what it is and with its time in a cache; a second run sends nothing', async () => {
    const { sent } = await publish();
    expect(sent.slice(0, 3).sort()).toEqual(['assets/a-1.js', 'icon.svg', 'licences.md']);
    expect(sent.slice(3)).toEqual(['login/index.html', 'index.html']);
    const page = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' };
    expect(await headOf('index.html')).toMatchObject(page);
    expect(await headOf('assets/a-1.js')).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(await headOf('licences.md')).toMatchObject({ 'content-type': 'text/plain; charset=utf-8' });
    lines.length = 0;
    expect(await publish()).toEqual({ sent: [], unchanged: 5, left: 0 });
    expect(lines).toEqual(['= 5 files unchanged']);
  });

  it('sends what differs, and deletes nothing that an open page may still load', async () => {
    await publish();
    await write({
      'index.html': 'v2',
      'login/index.html': 'v1',
      'assets/b-2.js': 'two',
      'icon.svg': '<svg/>',
      'licences.md': 'MIT',
    });
    lines.length = 0;
    expect(await publish({ dryRun: true })).toEqual({ sent: [], unchanged: 3, left: 1 });
    expect(lines).toEqual([
      ...['+ assets/b-2.js', '~ index.html', '= 3 files unchanged'],
      'left: 1 files of earlier releases, which an open page may still load',
    ]);
    expect(textOf('index.html')).toBe('v1');
    expect((await publish()).sent).toEqual(['assets/b-2.js', 'index.html']);
    expect([textOf('index.html'), textOf('assets/a-1.js')]).toEqual(['v2', 'one']);
  });

  it('sends again what somebody has put there with other headers', async () => {
    await publish();
    await call('cos', 'putObject', { Bucket: bucket, Key: 'index.html', Body: 'v1', CacheControl: 'max-age=86400' });
    expect((await publish()).sent).toEqual(['index.html']);
    expect(await headOf('index.html')).toMatchObject({ 'cache-control': 'no-cache' });
  });

  it('that is cut off anywhere shows the old pages or the new ones, never a page without its parts; the next run completes it', async () => {
    await publish();
    await write({
      'index.html': 'v2 of b-2',
      'login/index.html': 'v2 of b-2',
      'assets/b-2.js': 'two',
      'icon.svg': '<svg/>',
      'licences.md': 'MIT',
    });
    for (let at = 1; at <= 2; at++) {
      let puts = 0;
      const dying: AccountCall = async (place, action, request) => {
        if (action === 'putObject' && ++puts === at) throw Object.assign(new Error('killed'), { code: 'Killed' });
        return call(place, action, request);
      };
      await expect(publish({ call: dying })).rejects.toThrow('killed');
      for (const page of ['index.html', 'login/index.html'])
        if (textOf(page)?.includes('b-2')) expect(textOf('assets/b-2.js')).toBe('two');
      // Each cut begins where the one before has ended.
      if (at === 1) expect(textOf('index.html')).toBe('v1');
    }
    await publish();
    expect([textOf('index.html'), textOf('login/index.html')]).toEqual(['v2 of b-2', 'v2 of b-2']);
    expect((await publish()).sent).toEqual([]);
  });

  it('has nowhere to go before provisioning, and refuses a folder that holds no entrance', async () => {
    const elsewhere = publishSite({
      call,
      timing,
      bucket: 'none-1250000000',
      folder: join(folder, 'site'),
      say: () => undefined,
    });
    await expect(elsewhere).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await write({ 'login/index.html': 'v1' });
    await expect(publish()).rejects.toThrow('holds no index.html');
  });
});

describe('the published site', () => {
  it("calls the stage's own API and bucket where its file names none", () => {
    const site = { apiOrigin: '', objectsOrigin: '' } as SiteConfig; // nothing else of it is read here
    expect(siteOfStage(site, fixtureService({}), 'photos-1250000000')).toMatchObject({
      apiOrigin: 'https://api.example.com',
      objectsOrigin: 'https://photos-1250000000.cos.ap-guangzhou.myqcloud.com',
    });
    const own = { apiOrigin: 'https://a.example.com', objectsOrigin: 'https://o.example.com' } as SiteConfig; // as above
    expect(siteOfStage(own, fixtureService({}), 'photos-1250000000')).toEqual(own);
  });

  it.each([
    [['--publish'], '--stage: required with --publish'],
    [['--publish', '--stage', 'Prod!'], '--stage: required'],
    [['--stage', 'prod'], 'belong to --publish'],
    [['--dry-run'], 'belong to --publish'],
  ])('%j is refused', (args, reason) => {
    expect(() => parseWebArgs(args)).toThrow(reason);
  });
});
