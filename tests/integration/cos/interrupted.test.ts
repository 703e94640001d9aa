import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { presignUrl } from '../../../shared/cos/sign-url.ts';
import { at, bucket, openTestCos, region, type TestCos } from './local-cos.ts';

const credentials = { secretId: 'AKIDinterrupted', secretKey: `k${process.pid}` };
const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((one) => (one.isFile() ? one.name : []))
    : [];

/** Sends half of what it announces, and then waits. */
function halfUpload(endpoint: string, key: string, keys: { secretId: string; secretKey: string }) {
  const sizeBytes = 2_000_000;
  const { url, headers } = presignUrl({
    bucket,
    region,
    endpoint,
    key,
    method: 'PUT',
    headers: { 'Content-Type': 'image/jpeg', 'Content-Length': String(sizeBytes) },
    expiresSeconds: 600,
    nowMs: Date.now(),
    credentials: keys,
  });
  const request = httpRequest(url, { method: 'PUT', headers });
  request.on('error', () => undefined);
  request.write(Buffer.alloc(sizeBytes / 2, 1));
  return request;
}

describe('an upload that the client gives up', () => {
  let cos: TestCos;
  beforeAll(async () => {
    cos = await openTestCos();
  });
  afterEach(() => expect(cos.bugs).toEqual([]));
  afterAll(() => cos.remove());

  it('leaves no object, no event and no file', async () => {
    const folder = join(cos.dataFolder, bucket, 'staging');
    const request = halfUpload(cos.url, 'half', cos.credentials);
    await vi.waitFor(() => expect(filesIn(folder)).toHaveLength(1));
    request.destroy();
    await vi.waitFor(() => expect(filesIn(folder)).toEqual([]));
    await expect(cos.sdk.headObject(at('half'))).rejects.toMatchObject({ statusCode: 404 });
    expect(cos.events).toEqual([]);
  });

  it('leaves the object that was there before', async () => {
    await cos.sdk.putObject({ ...at('kept'), Body: 'old' });
    const request = halfUpload(cos.url, 'kept', cos.credentials);
    await vi.waitFor(() => expect(filesIn(join(cos.dataFolder, bucket, 'staging'))).toHaveLength(1));
    request.destroy();
    expect((await cos.sdk.getObject(at('kept'))).Body.toString()).toBe('old');
  });
});

describe('a server that is killed', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cos-killed-'));
  const children: ChildProcess[] = [];
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dataFolder, { recursive: true, force: true });
  });

  async function startProcess() {
    const script = join(import.meta.dirname, 'fixtures', 'cos-process.ts');
    const args = ['--import', 'tsx', script, dataFolder, credentials.secretId, credentials.secretKey];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return { child, url: line.toString().trim() };
  }

  const url = (endpoint: string, method: 'PUT' | 'GET', key: string) =>
    presignUrl({ bucket, region, endpoint, key, method, expiresSeconds: 60, nowMs: Date.now(), credentials }).url;

  it('has after its restart what was whole, and nothing of what was half', { timeout: 30_000 }, async () => {
    const first = await startProcess();
    await fetch(url(first.url, 'PUT', 'whole'), {
      method: 'PUT',
      body: 'bytes',
      headers: { 'Content-Type': 'text/x' },
    });
    const staging = join(dataFolder, bucket, 'staging');
    const request = halfUpload(first.url, 'half', credentials);
    await vi.waitFor(() => expect(filesIn(staging)).toHaveLength(1));
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    request.destroy();
    expect(filesIn(staging)).toHaveLength(1);

    const second = await startProcess();
    expect(filesIn(staging)).toEqual([]);
    const whole = await fetch(url(second.url, 'GET', 'whole'));
    expect([await whole.text(), whole.headers.get('content-type')]).toEqual(['bytes', 'text/x']);
    expect((await fetch(url(second.url, 'GET', 'half'))).status).toBe(404);
  });
});
