import type { Bucket } from '../cos/bucket.ts';
import { CopyFailed, type CopyOutcome, copyObject } from '../cos/copy-object.ts';
import { EngineFailure, type EnginePicture, type EngineWork } from './engine.ts';

/** The photo is not the one that was accepted. */
export const INPUT_CHANGED = 'InputChanged';

/**
 * A key whose bytes stay those that were checked: of a merchant's upload, which the same link may overwrite for a while, a copy that COS
 * makes only while it has its ETag; a result of ours is written once. Vendors can be told no If-Match. The copy lives for a day (`vendor/`).
 */
export async function pinPicture(
  bucket: Bucket,
  { key, name, etag }: EnginePicture,
  { taskId, attemptId, nowMs }: EngineWork,
): Promise<string> {
  if (etag === undefined) return key;
  const toKey = pinnedKey(taskId, attemptId, name);
  const outcome = await copyObject(bucket, { fromKey: key, toKey, etag }, nowMs).catch(
    (error: unknown): CopyOutcome => {
      if (error instanceof CopyFailed) throw new EngineFailure('Client.Copy', true, error);
      throw error;
    },
  );
  if (outcome !== 'copied') throw new EngineFailure(INPUT_CHANGED, false);
  return toKey;
}

/** Where the copy of an upload lies that this attempt has shown to the engine. */
export const pinnedKey = (taskId: string, attemptId: string, name: string): string =>
  `vendor/${taskId}/${attemptId}-${name}`;

/** The picture that plays the part. @throws EngineFailure */
export function pictureOf({ pictures }: EngineWork, name: string): EnginePicture {
  const found = pictures.find((one) => one.name === name);
  if (!found) throw new EngineFailure('PictureMissing', false);
  return found;
}
