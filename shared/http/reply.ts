import { createHash } from 'node:crypto';
import { ERRORS } from '../contract/errors.ts';
import type { ApiError } from './api-error.ts';
import type { Language } from './language.ts';
import { type HttpReply, PLATFORM_BODY_BYTES } from './scf-event.ts';

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** What `run` of an operation with `reply: 'raw'` answers: the caller's protocol, not our envelope. */
export interface RawReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const BASE_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;
const JSON_TYPE = 'application/json; charset=utf-8';

export function successReply(status: number, data: unknown, requestId: string, headers: Headers): HttpReply {
  return jsonReply(status, { success: true, data, requestId }, requestId, headers);
}

export function errorReply(error: ApiError, language: Language, requestId: string, headers: Headers): HttpReply {
  const [status, number, zh, en] = ERRORS[error.code];
  const fields = error.fields.map((field) => ({ path: field.path, rule: field.rule, message: field[language] }));
  const shown = {
    code: error.code,
    number,
    message: language === 'en' ? en : zh,
    ...(fields.length > 0 && { fields }),
  };
  return jsonReply(status, { success: false, error: shown, requestId }, requestId, { ...headers, ...error.headers });
}

export function rawReply(raw: RawReply, requestId: string, headers: Headers): HttpReply {
  const all = { ...BASE_HEADERS, ...headers, 'X-Request-Id': requestId, ...raw.headers };
  return { isBase64Encoded: false, statusCode: raw.statusCode, headers: all, body: raw.body };
}

function jsonReply(statusCode: number, envelope: object, requestId: string, headers: Headers): HttpReply {
  const body = JSON.stringify(envelope);
  if (Buffer.byteLength(body) > PLATFORM_BODY_BYTES) throw new RangeError('the reply is over the platform’s 6 MB');
  const all = { ...BASE_HEADERS, 'Content-Type': JSON_TYPE, ...headers, 'X-Request-Id': requestId };
  return { isBase64Encoded: false, statusCode, headers: all, body };
}

/** Over the data alone: the envelope's requestId differs each time. Weak, since whoever compresses changes the bytes. */
export function weakEtag(data: unknown): string {
  return `W/"${createHash('sha256')
    .update(JSON.stringify(data) ?? '')
    .digest('base64url')
    .slice(0, 22)}"`;
}

/** If-None-Match by RFC 9110 §13.1.2: a list, weak comparison. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const plain = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => plain(tag) === plain(etag));
}

export function notModifiedReply(etag: string, requestId: string, headers: Headers): HttpReply {
  const all = { ...BASE_HEADERS, ...headers, ETag: etag, 'X-Request-Id': requestId };
  return { isBase64Encoded: false, statusCode: 304, headers: all, body: '' };
}
