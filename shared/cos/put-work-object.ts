import type { Bucket } from './bucket.ts';
import type { Objects } from './objects.ts';
import { presignUrl } from './sign-url.ts';

const BODY = '{}';
const TYPE = 'application/json';
const TIMEOUT_MS = 3000;

/** Writes an object that says nothing but its key: its event invokes the function that does the work. */
export async function putWorkObject(objects: Objects, key: string): Promise<void> {
  await objects.put(key, Buffer.from(BODY), TYPE);
}

/**
 * The same by one signed PUT, without the SDK, from a function that answers a click. One that fails is left to the sweeper, which
 * finds its work waiting half a minute later.
 */
export async function putWorkObjectAt(bucket: Bucket, key: string, nowMs: number): Promise<void> {
  const { url, headers } = presignUrl({
    ...bucket,
    credentials: bucket.credentials(),
    key,
    method: 'PUT',
    headers: { 'Content-Type': TYPE, 'Content-Length': String(BODY.length) },
    expiresSeconds: 60,
    nowMs,
  });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await fetch(url, { method: 'PUT', headers, body: BODY, signal }).catch(() => undefined);
}
