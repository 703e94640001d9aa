import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from './bucket.ts';
import { CosError } from './cos-error.ts';
import type { CosRequest } from './cos-request.ts';
import type { StoredObject } from './object-store.ts';
import { reply } from './reply.ts';

const OVERRIDABLE = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

const bare = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');

/** Whether a list of ETags, or `*`, names this one. */
const names = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.split(',').some((one) => bare(one) === bare(etag));

/**
 * The conditions of a read, or of a copy's source: `prefix` is '' or 'x-cos-copy-source-'.
 * @returns 304 when the reader already has it
 * @throws CosError PreconditionFailed
 */
export function checkConditions(request: CosRequest, object: StoredObject, prefix = ''): 200 | 304 {
  const seconds = Math.floor(object.lastModifiedMs / 1000);
  const since = (name: string) => Math.floor(Date.parse(request.header(`${prefix}${name}`) ?? '') / 1000);
  const ifMatch = request.header(`${prefix}if-match`);
  const ifNoneMatch = request.header(`${prefix}if-none-match`);
  if (ifMatch !== undefined && !names(ifMatch, object.etag)) throw new CosError('PreconditionFailed');
  if (ifMatch === undefined && seconds > since('if-unmodified-since')) throw new CosError('PreconditionFailed');
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, object.etag) ? 304 : 200;
  return seconds <= since('if-modified-since') ? 304 : 200;
}

/** First and last byte, both included; undefined when the whole object is meant. @throws CosError InvalidRange */
export function byteRange(header: string | undefined, sizeBytes: number): { first: number; last: number } | undefined {
  const range = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!range || (range[1] === '' && range[2] === '')) return undefined;
  const first = range[1] === '' ? Math.max(0, sizeBytes - Number(range[2])) : Number(range[1]);
  const last = range[1] === '' || range[2] === '' ? sizeBytes - 1 : Math.min(Number(range[2]), sizeBytes - 1);
  if (range[1] !== '' && range[2] !== '' && Number(range[1]) > Number(range[2])) return undefined;
  if (first >= sizeBytes || first > last) throw new CosError('InvalidRange');
  return { first, last };
}

function headersOf(request: CosRequest, object: StoredObject): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream', ...object.headers };
  for (const name of OVERRIDABLE) {
    const override = request.query.get(`response-${name}`);
    if (override !== undefined) headers[name] = override;
  }
  // Buckets made since 2024 do not let a browser open a file on COS's own host: it is downloaded.
  if (!headers['content-disposition']?.startsWith('attachment')) headers['content-disposition'] = 'attachment';
  return {
    ...headers,
    'x-cos-force-download': 'true',
    'Accept-Ranges': 'bytes',
    ETag: object.etag,
    'Last-Modified': new Date(object.lastModifiedMs).toUTCString(),
  };
}

/** GET and HEAD of an object, streamed from its file. @throws CosError NoSuchKey, PreconditionFailed, InvalidRange */
export async function getObject(bucket: Bucket, request: CosRequest): Promise<number> {
  const object = bucket.objects.head(request.key);
  if (!object) throw new CosError('NoSuchKey');
  const headers = headersOf(request, object);
  if (checkConditions(request, object) === 304) {
    reply(request, 304, { ETag: object.etag });
    return 0;
  }
  const range = byteRange(request.header('range'), object.sizeBytes);
  const length = range ? range.last - range.first + 1 : object.sizeBytes;
  headers['Content-Length'] = String(length);
  if (range) headers['Content-Range'] = `bytes ${range.first}-${range.last}/${object.sizeBytes}`;
  if (request.method === 'HEAD' || length === 0) {
    request.response.writeHead(range ? 206 : 200, headers).end();
    return 0;
  }
  const fd = bucket.objects.open(object);
  request.response.writeHead(range ? 206 : 200, headers);
  await pipeline(createReadStream('', { fd, ...(range && { start: range.first, end: range.last }) }), request.response);
  return length;
}
