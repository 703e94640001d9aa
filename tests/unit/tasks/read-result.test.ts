import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ObjectNotFound, type Objects, ObjectsUnavailable } from '../../../shared/cos/objects.ts';
import { type ResultFile, resultFileOf } from '../../../shared/engines/result-files.ts';
import { readObject, readResult } from '../../../shared/tasks/provider/read-result.ts';
import { greyClip } from '../../fixtures/grey-clip.ts';

const MEGABYTE = Buffer.alloc(1024 * 1024, 7);
const PHOTO = resultFileOf('upscale');
const CUTOUT = resultFileOf('cutout');
const FILM = resultFileOf('video-generate');

let files: Record<string, Buffer>;
let server: Server;
let url: string;
beforeAll(async () => {
  const picture = sharp({ create: { width: 240, height: 160, channels: 4, background: '#a03020' } });
  const [jpeg, png] = [await picture.clone().removeAlpha().jpeg().toBuffer(), await picture.clone().png().toBuffer()];
  const film = await greyClip({ height: 48 });
  files = { jpeg, png, film, none: Buffer.from('no picture') };
  // `/<name>` answers with that file, `/<status>` with that status.
  server = createServer((request, response) => {
    const asked = (request.url ?? '').slice(1);
    if (asked === 'cut') response.write('a', () => response.destroy());
    else response.writeHead(files[asked] ? 200 : Number(asked)).end(files[asked]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const nothing = () => Promise.reject(new Error('not asked'));
/** A bucket of which only `get` is asked. */
const bucketThat = (get: Objects['get']): Objects => ({
  ...{ head: nothing, put: nothing, copy: nothing, delete: nothing, get },
});
const bucket = bucketThat(async (key) => {
  const bytes = files[key];
  if (!bytes) throw new ObjectNotFound(key);
  return { bytes, etag: '"e"', contentType: '' };
});
const at = (name: string, file: ResultFile) => readResult(bucket, { url: `${url}/${name}` }, file);

describe('what an engine has made', () => {
  it.each([
    ['jpeg', PHOTO, { name: 'upscaled.jpg', contentType: 'image/jpeg', width: 240, height: 160, flags: [] }],
    ['png', PHOTO, { name: 'upscaled.jpg', contentType: 'image/png', width: 240, height: 160, flags: [] }],
    ['png', CUTOUT, { name: 'cutout.png', contentType: 'image/png', width: 240, height: 160, flags: [] }],
    ['film', FILM, { name: 'video.mp4', contentType: 'video/mp4', width: 64, height: 48, flags: ['ai'] }],
  ] as const)('is a file of ours by its bytes, at the vendor’s or in our bucket: %s', async (name, file, made) => {
    const [fetched, read] = [await at(name, file), await readResult(bucket, { key: name }, file)];
    for (const one of [fetched, read]) {
      expect(one).toMatchObject(made);
      expect(Buffer.from(one.bytes).equals(files[name] ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it.each([
    ['none', PHOTO, 'ResultNotReadable'],
    ['none', CUTOUT, 'ResultNotReadable'],
    ['none', FILM, 'ResultNotReadable'],
    ['jpeg', FILM, 'ResultNotReadable'],
    // A cut-out that is no PNG has lost what it is for.
    ['jpeg', CUTOUT, 'ResultNotReadable'],
    ['204', PHOTO, 'ResultNotReadable'],
    ['404', PHOTO, 'ResultGone.404'],
    ['503', PHOTO, 'ResultGone.503'],
    ['cut', PHOTO, 'Client.Network'],
  ] as const)('that is none costs an attempt: %s', async (name, file, code) => {
    await expect(at(name, file)).rejects.toMatchObject({ name: 'EngineFailure', code, retryable: true });
  });

  it('keeps why it is no film, and why it could not be fetched', async () => {
    await expect(at('none', FILM)).rejects.toMatchObject({ cause: { name: 'MediaRefusal', code: 'INPUT_CORRUPT' } });
    await expect(at('cut', PHOTO)).rejects.toMatchObject({ cause: expect.any(Error) });
    await expect(readResult(bucket, { url: 'http://127.0.0.1:1/none' }, PHOTO)).rejects.toMatchObject({
      ...{ code: 'Client.Network', retryable: true, cause: expect.any(Error) },
    });
  });

  it('is read up to 100 MB, and not for ever; of more, no other attempt is made', async () => {
    // Its pieces are larger here than a connection brings them: so much is quickly read.
    const bytes = function* (more: number) {
      for (let n = 0; n < 100; n++) yield MEGABYTE;
      if (more > 0) yield Buffer.alloc(more);
    };
    const asked: unknown[] = [];
    const read = async (more: number) => {
      vi.stubGlobal('fetch', async (...[from, init]: Parameters<typeof fetch>) => {
        asked.push(from, init?.signal instanceof AbortSignal);
        return new Response(ReadableStream.from(bytes(more)) as ReadableStream<Uint8Array>);
      });
      return at('large', PHOTO).finally(() => vi.unstubAllGlobals());
    };
    await expect(read(1)).rejects.toMatchObject({ code: 'ResultTooLarge', retryable: false });
    await expect(read(0)).rejects.toMatchObject({ code: 'ResultNotReadable', retryable: true });
    expect(asked).toEqual([`${url}/large`, true, `${url}/large`, true]);
  });
});

describe('an object of our bucket', () => {
  it('that is gone costs an attempt', async () => {
    await expect(readObject(bucket, 'other')).rejects.toMatchObject({
      ...{ name: 'EngineFailure', code: 'ResultGone', retryable: true, cause: expect.any(ObjectNotFound) },
    });
  });

  it('that cannot be asked for now is no failure of the engine’s', async () => {
    const away = bucketThat(() => Promise.reject(new ObjectsUnavailable('away')));
    await expect(readResult(away, { key: 'jpeg' }, PHOTO)).rejects.toThrow(ObjectsUnavailable);
  });
});
