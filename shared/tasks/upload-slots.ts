import type { Bucket } from '../cos/bucket.ts';
import { inputKey } from '../cos/keys.ts';
import { type PresignedUpload, presignUpload } from '../cos/presign-upload.ts';

export interface DeclaredInput {
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly sizeBytes: number;
  /** Its number in the task, where that is not its place in the list. */
  readonly n?: number;
}

export interface UploadSlot extends PresignedUpload {
  readonly n: number;
}

/** Long enough for 25 MB over a poor mobile network; the task itself waits for an hour. */
export const UPLOAD_URL_SECONDS = 1800;

/** One presigned PUT for each input, pinned to its key, Content-Type and Content-Length. */
export function uploadSlots(
  bucket: Bucket,
  taskId: string,
  inputs: readonly DeclaredInput[],
  nowMs: number,
): UploadSlot[] {
  return inputs.map((input, place) => {
    const n = input.n ?? place;
    const key = inputKey({ taskId, index: n });
    return { n, ...presignUpload(bucket, key, input, { seconds: UPLOAD_URL_SECONDS }, nowMs) };
  });
}
