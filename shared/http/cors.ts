import { ApiError } from './api-error.ts';
import type { HttpReply, HttpRequest } from './scf-event.ts';

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-None-Match, Accept-Language, Traceparent';
const EXPOSED_HEADERS = 'X-Request-Id, ETag, RateLimit, RateLimit-Policy, Retry-After';
/** Chromium keeps an answer no longer than this. */
const MAX_AGE_SECONDS = 7200;

/** For every reply, errors included: without them a page cannot even read the status. */
export function corsHeaders(request: HttpRequest, allowedOrigins: readonly string[]): Record<string, string> {
  const origin = request.headers['origin'];
  if (origin === undefined || !allowedOrigins.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED_HEADERS,
  };
}

/** The answer to OPTIONS. To an origin that is not on the list it grants nothing. */
export function preflightReply(request: HttpRequest, allowedOrigins: readonly string[], method: string): HttpReply {
  const headers = corsHeaders(request, allowedOrigins);
  const granted = 'Access-Control-Allow-Origin' in headers && {
    'Access-Control-Allow-Methods': `${method}, OPTIONS`,
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
  };
  return {
    isBase64Encoded: false,
    statusCode: 204,
    headers: { ...headers, Allow: `${method}, OPTIONS`, ...granted },
    body: '',
  };
}

/**
 * For what a cookie authorizes: browsers send Origin with every cross-site POST, so one that is not on the list is not
 * our page. A request without Origin is no browser's cross-site request (SameSite=Strict keeps the cookie from it, too).
 * @throws ApiError ORIGIN_REFUSED
 */
export function refuseForeignOrigin(request: HttpRequest, allowedOrigins: readonly string[]): void {
  const origin = request.headers['origin'];
  if (origin !== undefined && !allowedOrigins.includes(origin)) throw new ApiError('ORIGIN_REFUSED');
}
