import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { settle, type Timing } from '../../infra/deploy/paced-call.ts';
import type { AccountCall, Answer } from '../../infra/provision/account-call.ts';
import { CONTENT_TYPES, cacheControlOf } from './content-types.ts';

export interface PublishOptions {
  readonly call: AccountCall;
  readonly timing: Timing;
  /** `{name}-{appId}`, made by provisioning. */
  readonly bucket: string;
  /** What is to be there. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly dryRun?: boolean;
}

export interface Published {
  readonly sent: readonly string[];
  readonly unchanged: number;
  /** Of earlier releases: a page that is open somewhere may still load them. */
  readonly left: number;
}

interface SiteFile {
  readonly key: string;
  readonly bytes: Buffer;
  /** As COS answers it for what was put in one piece. */
  readonly etag: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

const AT_ONCE = 8;

/**
 * Sends what differs, by content and by headers: first what pages load, then the pages, the entrance last. So a page never names what is not
 * there yet, and a run that was cut off has changed nothing that anybody sees, or is completed by the next one. Nothing is deleted.
 */
export async function publishSite(options: PublishOptions): Promise<Published> {
  const { timing, folder, say, dryRun = false } = options;
  const held = await settle(() => listBucket(options), timing);
  const files = await readSite(folder);
  if (!files.some(({ key }) => key === ENTRANCE)) throw new RangeError(`${folder} holds no ${ENTRANCE}`);
  const isSame = await sideBySide(files, (one) => settle(() => isThere(options, one, held.get(one.key)), timing));
  const changed = files.filter((_, index) => !isSame[index]).sort((a, b) => stepOf(a) - stepOf(b));
  for (const { key } of changed) say(`${held.has(key) ? '~' : '+'} ${key}`);
  const unchanged = files.length - changed.length;
  say(`= ${unchanged} files unchanged`);
  const left = [...held.keys()].filter((key) => !files.some((one) => one.key === key)).length;
  if (left > 0) say(`left: ${left} files of earlier releases, which an open page may still load`);
  if (dryRun) return { sent: [], unchanged, left };
  for (const step of [0, 1, 2]) {
    await sideBySide(
      changed.filter((one) => stepOf(one) === step),
      (one) => settle(() => send(options, one), timing),
    );
  }
  return { sent: changed.map(({ key }) => key), unchanged, left };
}

const ENTRANCE = 'index.html';
const stepOf = ({ key }: SiteFile): number => (key === ENTRANCE ? 2 : key.endsWith('.html') ? 1 : 0);

async function readSite(folder: string): Promise<SiteFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  return Promise.all(
    keys.sort().map(async (key) => {
      const bytes = await readFile(join(folder, key));
      const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
      // Such as the licences.
      const contentType = CONTENT_TYPES[extname(key)] ?? 'text/plain; charset=utf-8';
      return { key, bytes, etag, contentType, cacheControl: cacheControlOf(key) };
    }),
  );
}

/** Key → ETag. @throws the SDK's exception, `NoSuchBucket` before provisioning */
async function listBucket({ call, bucket }: PublishOptions): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  for (let Marker = ''; ; ) {
    const page = await call('cos', 'getBucket', { Bucket: bucket, MaxKeys: 1000, ...(Marker && { Marker }) });
    const contents = (page['Contents'] ?? []) as { Key: string; ETag: string }[]; // by the SDK
    for (const { Key, ETag } of contents) held.set(Key, ETag);
    const next = String(page['NextMarker'] ?? contents.at(-1)?.Key ?? '');
    if (String(page['IsTruncated']) !== 'true' || next === '') return held;
    Marker = next;
  }
}

/** A name with a hash is never sent with other headers; what was put by hand may have any. */
async function isThere({ call, bucket }: PublishOptions, one: SiteFile, etag: string | undefined): Promise<boolean> {
  if (etag !== one.etag) return false;
  if (one.key.startsWith('assets/')) return true;
  const { headers } = await call('cos', 'headObject', { Bucket: bucket, Key: one.key });
  const held = (headers ?? {}) as Answer;
  return held['content-type'] === one.contentType && held['cache-control'] === one.cacheControl;
}

const send = ({ call, bucket, say }: PublishOptions, { key, bytes, contentType, cacheControl }: SiteFile) =>
  call('cos', 'putObject', {
    ...{ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType, CacheControl: cacheControl },
  }).then(() => say(`✓ ${key}`));

async function sideBySide<One, Result>(all: readonly One[], run: (one: One) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...all.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
