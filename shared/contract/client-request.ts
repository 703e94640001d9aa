import { ApiCallError, type FieldMessage } from './api-call-error.ts';
import type { ErrorCode } from './errors.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { Operation } from './operation.ts';

/** The part of `fetch` that is used; browsers' and Node's own fit, a mini-program wraps `wx.request` in it. */
export type ClientFetch = (url: string, init: ClientRequest) => Promise<ClientReply>;

export interface ClientRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** The refresh token is a cookie on the API's host. */
  readonly credentials: 'include';
  readonly signal?: AbortSignal;
}

export interface ClientReply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

interface Sending {
  readonly baseUrl: string;
  readonly fetch: ClientFetch;
  readonly language?: 'zh' | 'en';
  readonly timeoutMs?: number;
  /** Absent: each GET is answered whole. */
  readonly kept?: KeptAnswers;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** One attempt: sends the call and answers the envelope's `data`. @throws ApiCallError, or the caller's own abort */
export async function sendCall(
  options: Sending,
  operation: Pick<Operation, 'method' | 'path'>,
  input: unknown,
  { idempotencyKey, signal }: { readonly idempotencyKey?: string; readonly signal?: AbortSignal },
  token: string | undefined,
): Promise<unknown> {
  const isGet = operation.method === 'GET';
  const url = `${options.baseUrl}${operation.path}${isGet ? queryOf(input) : ''}`;
  const before = isGet ? options.kept?.of(url) : undefined;
  const request: ClientRequest = {
    method: operation.method,
    headers: {
      Accept: 'application/json',
      'Accept-Language': options.language ?? 'zh',
      ...(!isGet && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(before && { 'If-None-Match': before.etag }),
    },
    ...(!isGet && { body: JSON.stringify(input) }),
    credentials: 'include',
    ...withTimeout(signal, options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  };
  let reply: ClientReply;
  let text: string;
  try {
    reply = await options.fetch(url, request);
    text = await reply.text();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiCallError({ status: 0, code: 'NETWORK', message: 'no answer came', cause });
  }
  if (reply.status === 304 && before) return readEnvelope({ status: 200, headers: reply.headers }, before.text);
  const data = readEnvelope(reply, text);
  const etag = reply.headers.get('etag');
  if (isGet && etag !== null) options.kept?.keep(url, { etag, text });
  return data;
}

/** `AbortSignal.timeout` and `any` are missing where `fetch` is an adapter; the adapter then brings its own limit. */
function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): { signal?: AbortSignal } {
  if (typeof AbortSignal === 'undefined' || !('timeout' in AbortSignal)) return signal ? { signal } : {};
  const limit = AbortSignal.timeout(timeoutMs);
  return { signal: signal && 'any' in AbortSignal ? AbortSignal.any([signal, limit]) : (signal ?? limit) };
}

function queryOf(input: unknown): string {
  const pairs = Object.entries(input as Record<string, string | undefined>)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value as string)}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

interface Envelope {
  readonly success?: unknown;
  readonly data?: unknown;
  readonly requestId?: string;
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly fields?: readonly FieldMessage[] };
}

function readEnvelope({ status, headers }: Omit<ClientReply, 'text'>, text: string): unknown {
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
  let envelope: Envelope | null = null;
  try {
    envelope = JSON.parse(text) as Envelope | null;
  } catch {
    // Falls through: not ours.
  }
  if (envelope?.success === true && status < 300) return envelope.data;
  if (envelope?.success === false && envelope.error) {
    const { code, message, fields = [] } = envelope.error;
    throw new ApiCallError({ status, code, message, fields, requestId: envelope.requestId, retryAfterSeconds });
  }
  throw new ApiCallError({
    status,
    code: 'BAD_REPLY',
    message: `not an answer of this API (${status})`,
    retryAfterSeconds,
  });
}
