import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CosError } from './cos-error.ts';

/** One request as COS sees it, whichever way it was addressed. */
export type CosRequest = {
  method: string;
  /** `{name}-{appId}` as asked for; may not exist. */
  bucket: string;
  /** Decoded; '' for the bucket itself. */
  key: string;
  query: ReadonlyMap<string, string>;
  header(name: string): string | undefined;
  incoming: IncomingMessage;
  response: ServerResponse;
  requestId: string;
  nowMs: number;
};

const COS_HOST = /^([a-z0-9-]+-\d+)\.cos\.[a-z0-9-]+\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;

/** @throws CosError InvalidURI */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CosError('InvalidURI');
  }
}

/** `+` stays a plus, as in a path; the first of two equal names counts. */
export function parseQuery(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    const name = decodeUri(at === -1 ? pair : pair.slice(0, at));
    if (pair !== '' && !query.has(name)) query.set(name, at === -1 ? '' : decodeUri(pair.slice(at + 1)));
  }
  return query;
}

/**
 * Three ways to say where an object is: a proxy's absolute URL, a COS host in the Host header, or `/{bucket}/{key}`.
 * The URL class is not used: it would resolve `..` in a key that is allowed to contain it.
 */
export function splitTarget(url: string, host: string): { bucket: string; path: string; search: string } {
  const absolute = /^https?:\/\/([^/?]+)(.*)$/.exec(url);
  const [address, rest] = absolute ? [absolute[1]!, absolute[2]!] : [host, url];
  const mark = rest.indexOf('?');
  const path = mark === -1 ? rest : rest.slice(0, mark);
  const search = mark === -1 ? '' : rest.slice(mark + 1);
  const named = COS_HOST.exec(address.toLowerCase());
  if (named) return { bucket: named[1]!, path: path.slice(1), search };
  const slash = path.indexOf('/', 1);
  const bucket = slash === -1 ? path.slice(1) : path.slice(1, slash);
  return { bucket: decodeUri(bucket), path: slash === -1 ? '' : path.slice(slash + 1), search };
}

/** COS's ids are base64 of the time in hexadecimal and some numbers of its own. */
export const newRequestId = (nowMs: number): string =>
  Buffer.from(`${Math.floor(nowMs / 1000).toString(16)}_${randomBytes(4).toString('hex')}_local`).toString('base64');

export function readCosRequest(incoming: IncomingMessage, response: ServerResponse, nowMs: number, requestId: string) {
  const { bucket, path, search } = splitTarget(incoming.url ?? '/', incoming.headers.host ?? '');
  const header = (name: string): string | undefined => {
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const request: CosRequest = {
    method: incoming.method ?? 'GET',
    bucket,
    key: decodeUri(path),
    query: parseQuery(search),
    header,
    incoming,
    response,
    requestId,
    nowMs,
  };
  if (Buffer.byteLength(request.key) > 850) throw new CosError('KeyTooLong');
  return request;
}
