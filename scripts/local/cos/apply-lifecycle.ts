import type { Bucket } from './bucket.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Deletes what a bucket's rules have outlived. COS does it once a day after midnight, and sends no event for it. */
export function applyLifecycle(bucket: Bucket, nowMs: number): { objects: number; uploads: number } {
  const removed = { objects: 0, uploads: 0 };
  for (const { prefix, expirationDays, abortIncompleteDays } of bucket.lifecycle.filter(({ enabled }) => enabled)) {
    for (const key of expirationDays === undefined ? [] : bucket.objects.keys()) {
      const age = nowMs - (bucket.objects.head(key)?.lastModifiedMs ?? nowMs);
      if (key.startsWith(prefix) && age >= expirationDays! * DAY_MS && bucket.objects.delete(key)) removed.objects += 1;
    }
    for (const upload of abortIncompleteDays === undefined ? [] : bucket.uploads.list()) {
      const old = nowMs - upload.initiatedMs >= abortIncompleteDays! * DAY_MS;
      if (upload.key.startsWith(prefix) && old && bucket.uploads.abort(upload.uploadId)) removed.uploads += 1;
    }
  }
  return removed;
}
