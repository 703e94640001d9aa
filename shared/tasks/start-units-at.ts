import type { Bucket } from '../cos/bucket.ts';
import { workKey } from '../cos/keys.ts';
import { presignUrl } from '../cos/sign-url.ts';

const TIMEOUT_MS = 3000;

/**
 * Starts the first units of a task that waits for no photo, from a function that answers a click: one signed PUT each,
 * without the SDK. One that fails is left to the sweeper, which finds the unit waiting 30 s later.
 */
export async function startUnitsAt(bucket: Bucket, taskId: string, units: number, nowMs: number): Promise<void> {
  await Promise.allSettled(
    Array.from({ length: units }, (_, unit) => {
      const { url, headers } = presignUrl({
        ...bucket,
        credentials: bucket.credentials(),
        key: workKey({ lane: 'image', taskId, step: '0', unit: String(unit) }),
        method: 'PUT',
        headers: { 'Content-Type': 'application/json', 'Content-Length': '2' },
        expiresSeconds: 60,
        nowMs,
      });
      return fetch(url, { method: 'PUT', headers, body: '{}', signal: AbortSignal.timeout(TIMEOUT_MS) });
    }),
  );
}
