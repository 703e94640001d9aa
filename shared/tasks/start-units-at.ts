import type { Bucket } from '../cos/bucket.ts';
import { workKey } from '../cos/keys.ts';
import { putWorkObjectAt } from '../cos/put-work-object.ts';

/** Starts the first units of a task that waits for no photo, from a function that answers a click. */
export async function startUnitsAt(bucket: Bucket, taskId: string, units: number, nowMs: number): Promise<void> {
  const keys = Array.from({ length: units }, (_, unit) =>
    workKey({ lane: 'image', taskId, step: '0', unit: String(unit) }),
  );
  await Promise.all(keys.map((key) => putWorkObjectAt(bucket, key, nowMs)));
}
