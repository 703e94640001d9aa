import {
  type ObjectBody,
  ObjectChanged,
  type ObjectHead,
  ObjectNotFound,
  type Objects,
  ObjectsUnavailable,
} from '../../../shared/cos/objects.ts';
import type { Call } from './gate.ts';
import type { StoredObject, World, Writer } from './world.ts';

const unavailable = () => new ObjectsUnavailable('the simulated COS is away');

/** Stores an object and announces it where a trigger listens. */
export function store(world: World, key: string, bytes: Buffer, contentType: string): string {
  world.etags += 1;
  const etag = `"${String(world.etags).padStart(32, '0')}"`;
  world.objects.set(key, { bytes, etag, contentType });
  if (key.startsWith('inputs/')) world.versions.set(key, [...(world.versions.get(key) ?? []), etag]);
  if (!key.startsWith('outputs/')) world.events.push({ key });
  return etag;
}

function find(world: World, key: string, ifMatch?: string): StoredObject {
  const object = world.objects.get(key);
  if (!object) throw new ObjectNotFound(key);
  if (ifMatch !== undefined && ifMatch !== object.etag) throw new ObjectChanged(key);
  return object;
}

/** COS in memory, for one operation: each request waits for its turn. */
export function memoryObjects(world: World, call: Call, writer?: Writer): Objects {
  const request = <T>(label: string, perform: () => T): Promise<T> =>
    call(`COS ${label}`, async () => perform(), unavailable);
  return {
    head: (key) =>
      request(`head ${key}`, (): ObjectHead => {
        const { bytes, etag, contentType } = find(world, key);
        return { etag, contentType, sizeBytes: bytes.length, lastModifiedMs: world.nowMs };
      }),
    get: (key, { ifMatch, range } = {}) =>
      request(`get ${key}`, (): ObjectBody => {
        const { bytes, etag, contentType } = find(world, key, ifMatch);
        return { bytes: range ? bytes.subarray(range[0], range[1] + 1) : bytes, etag, contentType };
      }),
    put: (key, bytes, contentType) =>
      request(`put ${key}`, () => {
        if (writer && key.startsWith('outputs/')) world.writers.set(key, writer);
        return { etag: store(world, key, Buffer.from(bytes), contentType) };
      }),
    copy: (fromKey, toKey, { ifMatch } = {}) =>
      request(`copy ${fromKey}`, () => ({ etag: copy(world, fromKey, toKey, ifMatch) })),
    delete: (key) => request(`delete ${key}`, () => void world.objects.delete(key)),
  };
}

function copy(world: World, fromKey: string, toKey: string, ifMatch?: string): string {
  const from = find(world, fromKey, ifMatch);
  const etag = store(world, toKey, from.bytes, from.contentType);
  if (world.goodPhotos.has(from.etag)) world.goodPhotos.add(etag);
  return etag;
}

const COPIED = '<CopyObjectResult></CopyObjectResult>';

/** Answers the one request that goes without the SDK: a copy inside COS, sent by `fetch`. */
export function answerCopy(world: World, url: string, headers: Headers): { status: number; body: string } {
  const source = headers.get('x-cos-copy-source') ?? '';
  const fromKey = decodeURIComponent(source.slice(source.indexOf('/') + 1));
  const toKey = decodeURIComponent(new URL(url).pathname.split('/').slice(2).join('/'));
  try {
    copy(world, fromKey, toKey, headers.get('x-cos-copy-source-if-match') ?? undefined);
    return { status: 200, body: COPIED };
  } catch (error) {
    return { status: error instanceof ObjectChanged ? 412 : 404, body: '' };
  }
}
