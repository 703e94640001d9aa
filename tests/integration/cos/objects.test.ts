import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  ObjectChanged,
  ObjectNotFound,
  ObjectRefused,
  type Objects,
  ObjectsUnavailable,
  openObjects,
} from '../../../shared/cos/objects.ts';
import { bucket, openTestCos, region, type TestCos } from './local-cos.ts';

describe('openObjects', () => {
  let cos: TestCos;
  let objects: Objects;
  let keys: { secretId: string; secretKey: string; sessionToken?: string };
  beforeAll(async () => {
    cos = await openTestCos();
    keys = cos.temporary;
    objects = openObjects({ bucket, region, endpoint: cos.url, credentials: () => keys, clock: Date.now });
  });
  afterEach(() => expect(cos.bugs).toEqual([]));
  afterAll(() => cos.remove());

  it('moves an object there and back', async () => {
    const view = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
    const { etag } = await objects.put('a/b', view, 'image/jpeg');
    expect(await objects.get('a/b')).toEqual({ bytes: Buffer.from([1, 2, 3]), etag, contentType: 'image/jpeg' });
    const head = await objects.head('a/b');
    expect(head).toEqual({ etag, contentType: 'image/jpeg', sizeBytes: 3, lastModifiedMs: expect.any(Number) });
    expect(Math.abs(head.lastModifiedMs - Date.now())).toBeLessThan(5_000);
    expect((await objects.get('a/b', { range: [1, 2] })).bytes).toEqual(Buffer.from([2, 3]));
    await objects.put('empty', new Uint8Array(), 'text/plain');
    expect((await objects.get('empty')).bytes).toHaveLength(0);
  });

  it('reads only the bytes that were checked', async () => {
    const { etag } = await objects.put('checked', Buffer.from('one'), 'text/plain');
    expect((await objects.get('checked', { ifMatch: etag })).bytes.toString()).toBe('one');
    expect((await objects.copy('checked', 'copied', { ifMatch: etag })).etag).toBe(etag);
    await objects.put('checked', Buffer.from('two'), 'text/plain');
    await expect(objects.get('checked', { ifMatch: etag })).rejects.toThrow(ObjectChanged);
    await expect(objects.copy('checked', 'copied', { ifMatch: etag })).rejects.toThrow(ObjectChanged);
    expect((await objects.get('copied')).bytes.toString()).toBe('one');
  });

  it('tells a missing object from a refusal', async () => {
    await expect(objects.head('none')).rejects.toThrow(ObjectNotFound);
    await expect(objects.get('none')).rejects.toThrow(ObjectNotFound);
    await expect(objects.copy('none', 'x')).rejects.toThrow(ObjectNotFound);
    await objects.delete('none');
    await expect(objects.get('empty', { range: [5, 9] })).rejects.toThrow(
      expect.objectContaining({ name: 'ObjectRefused', code: 'InvalidRange' }),
    );
    const nowhere = openObjects({
      bucket: 'nobody-1',
      region,
      endpoint: cos.url,
      credentials: () => keys,
      clock: Date.now,
    });
    await expect(nowhere.get('x')).rejects.toThrow(ObjectRefused);
  });

  it('signs every request with the keys of the moment', async () => {
    await objects.put('rotate', Buffer.from('x'), 'text/plain');
    keys = { ...cos.temporary, sessionToken: 'expired' };
    await expect(objects.get('rotate')).rejects.toThrow(ObjectRefused);
    keys = cos.credentials;
    expect((await objects.get('rotate')).bytes.toString()).toBe('x');
    keys = cos.temporary;
  });

  it('signs by the clock it was given', async () => {
    const dayMs = 24 * 60 * 60 * 1000;
    const later = openObjects({
      bucket,
      region,
      endpoint: cos.url,
      credentials: () => keys,
      clock: () => Date.now() + dayMs,
    });
    await expect(later.get('rotate')).rejects.toThrow(expect.objectContaining({ code: 'RequestTimeTooSkewed' }));
    cos.shiftMs(dayMs);
    expect((await later.get('rotate')).bytes.toString()).toBe('x');
    cos.shiftMs(-dayMs);
  });
});

describe('openObjects against a COS in trouble', () => {
  const credentials = () => ({ secretId: 'AKID', secretKey: 'k' });

  async function serverThat(answer: (attempt: number, respond: (status: number) => void) => void) {
    const atMs: number[] = [];
    const server = createServer((request, response) => {
      request.resume();
      atMs.push(performance.now());
      answer(atMs.length, (status) => response.writeHead(status, { 'Content-Length': 0, ETag: '"e"' }).end());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const close = () => {
      server.close();
      server.closeAllConnections();
    };
    return { atMs, endpoint: `http://127.0.0.1:${port}`, close };
  }

  it('tries again with pauses, and succeeds when the trouble passes', async () => {
    const server = await serverThat((attempt, respond) => respond(attempt < 3 ? 503 : 200));
    const objects = openObjects({ bucket, region, endpoint: server.endpoint, credentials, clock: Date.now });
    expect(await objects.put('x', Buffer.from('x'), 'text/plain')).toEqual({ etag: '"e"' });
    const [first = 0, second = 0, third = 0] = server.atMs;
    expect(second - first).toBeGreaterThan(190);
    expect(third - second).toBeGreaterThan(390);
    server.close();
  });

  it('gives up after four attempts, with the cause', async () => {
    const server = await serverThat((_attempt, respond) => respond(500));
    const objects = openObjects({ bucket, region, endpoint: server.endpoint, credentials, clock: Date.now });
    const error = await objects.get('x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ObjectsUnavailable);
    expect(error).toMatchObject({ retryable: true, cause: { statusCode: 500 } });
    expect(server.atMs).toHaveLength(4);
    server.close();
  });

  it('ends at its deadline, and sends nothing after it', async () => {
    const server = await serverThat(() => undefined);
    const options = { bucket, region, endpoint: server.endpoint, credentials, clock: Date.now };
    const objects = openObjects({ ...options, attemptTimeoutMs: 250, deadlineMs: 400 });
    const startedMs = performance.now();
    await expect(objects.get('x')).rejects.toThrow(ObjectsUnavailable);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    const sent = server.atMs.length;
    await new Promise((done) => setTimeout(done, 800));
    expect(server.atMs.length).toBe(sent);
    server.close();
  });

  it('says unavailable when nobody listens', async () => {
    const server = await serverThat(() => undefined);
    server.close();
    const objects = openObjects({ bucket, region, endpoint: server.endpoint, credentials, clock: Date.now });
    await expect(objects.head('x')).rejects.toThrow(
      expect.objectContaining({ name: 'ObjectsUnavailable', cause: expect.objectContaining({ code: 'ECONNREFUSED' }) }),
    );
  });
});
