/**
 * Whether a request to your endpoint is from the service, by Standard Webhooks 1.0: the signature is checked over the bytes as they came, so
 * read the body before anything parses it. Answer 2xx within 15 seconds and do the work afterwards; the same `webhook-id` may come again.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOLERANCE_SECONDS = 300;

/** @param secret `whsec_…`, as create-webhook or rotate-webhook-secret answered it */
export function isFromService(headers: IncomingHttpHeaders, body: string, secret: string, nowMs = Date.now()): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  // Too old or too new: somebody may be sending again what he has overheard.
  if (!/^\d+$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  // While a secret is rotated there are two, parted by a space: one that fits is enough.
  return signatures.split(' ').some((signature) => {
    const given = signature.startsWith('v1,') ? Buffer.from(signature.slice(3), 'base64') : Buffer.alloc(0);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
