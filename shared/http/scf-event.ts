import { sourceAddress } from './source-address.ts';

/** A request as this product knows it, whichever gateway brought it. Nothing of it is trusted yet. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case; a header that came more than once is joined by `, ` (cookies by `; `) and named in `repeated`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly repeatedHeaders: ReadonlySet<string>;
  /** Decoded. A key that came more than once keeps its first value and is named in `repeatedQuery`. */
  readonly query: Readonly<Record<string, string>>;
  readonly repeatedQuery: ReadonlySet<string>;
  /** The body, byte for byte: signatures are made over it. Empty when `bodyProblem` is set. */
  readonly rawBody: Buffer;
  readonly bodyProblem: 'too_large' | 'unreadable' | null;
  /** Set by the platform. `''` when unknown; never taken from X-Forwarded-For, which callers write. */
  readonly sourceIp: string;
  readonly requestId: string | undefined;
}

/** What Function URL and API Gateway's integrated response both take. */
export interface HttpReply {
  readonly isBase64Encoded: false;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** The platform's own limit for a synchronous request and for its reply. */
export const PLATFORM_BODY_BYTES = 6 * 1024 * 1024;

/**
 * Reads a superset of API Gateway's event (https://cloud.tencent.com/document/product/583/12513) and Function URL's
 * (https://cloud.tencent.com/document/product/583/96099). Never throws: what is missing is empty.
 */
export function readHttpEvent(event: unknown): HttpRequest {
  const fields = record(event);
  const context = record(fields['requestContext']);
  const { headers, repeatedHeaders } = readHeaders(fields['headers']);
  const { query, repeatedQuery } = readQuery(fields['queryString'] ?? fields['queryStringParameters']);
  return {
    method: text(fields['httpMethod'] ?? context['httpMethod']).toUpperCase(),
    path: text(fields['path'] ?? context['path']),
    headers,
    repeatedHeaders,
    query,
    repeatedQuery,
    ...readBody(fields['body'], fields['isBase64Encoded']),
    sourceIp: sourceAddress(context['sourceIp']) || sourceAddress(headers['x-scf-remote-addr']),
    requestId: text(context['requestId']) || undefined,
  };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Without a prototype, so that a header or key named `__proto__` or `constructor` is a name like any other. */
const namesOnly = (): Record<string, string> => Object.create(null) as Record<string, string>;

function readHeaders(value: unknown): Pick<HttpRequest, 'headers' | 'repeatedHeaders'> {
  const headers = namesOnly();
  const repeatedHeaders = new Set<string>();
  for (const [key, raw] of Object.entries(record(value))) {
    const name = key.toLowerCase();
    for (const item of Array.isArray(raw) ? raw : [raw]) {
      if (typeof item !== 'string' && typeof item !== 'number') continue;
      const before = headers[name];
      if (before !== undefined) repeatedHeaders.add(name);
      headers[name] = before === undefined ? String(item) : `${before}${name === 'cookie' ? '; ' : ', '}${item}`;
    }
  }
  return { headers, repeatedHeaders };
}

function readQuery(value: unknown): Pick<HttpRequest, 'query' | 'repeatedQuery'> {
  const query = namesOnly();
  const repeatedQuery = new Set<string>();
  const pairs = typeof value === 'string' ? [...new URLSearchParams(value)] : Object.entries(record(value));
  for (const [name, raw] of pairs) {
    for (const item of Array.isArray(raw) ? raw : [raw]) {
      if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') continue;
      if (query[name] !== undefined) repeatedQuery.add(name);
      else query[name] = String(item);
    }
  }
  return { query, repeatedQuery };
}

const EMPTY = Buffer.alloc(0);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBody(body: unknown, isBase64Encoded: unknown): Pick<HttpRequest, 'rawBody' | 'bodyProblem'> {
  if (body === undefined || body === null || body === '') return { rawBody: EMPTY, bodyProblem: null };
  if (typeof body !== 'string') return { rawBody: EMPTY, bodyProblem: 'unreadable' };
  // CLB's event says "true" and "false" as text.
  const encoded = isBase64Encoded === true || isBase64Encoded === 'true';
  if (encoded && (body.length % 4 === 1 || !BASE64.test(body))) return { rawBody: EMPTY, bodyProblem: 'unreadable' };
  const rawBody = Buffer.from(body, encoded ? 'base64' : 'utf8');
  if (rawBody.length > PLATFORM_BODY_BYTES) return { rawBody: EMPTY, bodyProblem: 'too_large' };
  return { rawBody, bodyProblem: null };
}
