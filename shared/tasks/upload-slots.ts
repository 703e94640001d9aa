import type { Bucket } from '../cos/bucket.ts';
import { inputKey } from '../cos/keys.ts';
import { presignUrl } from '../cos/sign-url.ts';

export interface DeclaredInput {
  readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
  readonly sizeBytes: number;
  /** Its number in the task, where that is not its place in the list. */
  readonly n?: number;
}

export interface UploadSlot {
  readonly n: number;
  readonly url: string;
  readonly method: 'PUT';
  readonly headers: Record<string, string>;
  readonly expiresAtMs: number;
}

/** Long enough for 25 MB over a poor mobile network; the task itself waits for an hour. */
const UPLOAD_URL_SECONDS = 1800;

/** One presigned PUT for each input, pinned to its key, Content-Type and Content-Length. */
export function uploadSlots(
  bucket: Bucket,
  taskId: string,
  inputs: readonly DeclaredInput[],
  nowMs: number,
): UploadSlot[] {
  return inputs.map((input, place) => {
    const n = input.n ?? place;
    const { url, headers } = presignUrl({
      bucket: bucket.bucket,
      region: bucket.region,
      ...(bucket.endpoint !== undefined && { endpoint: bucket.endpoint }),
      credentials: bucket.credentials(),
      key: inputKey({ taskId, index: n }),
      method: 'PUT',
      headers: { 'Content-Type': input.contentType, 'Content-Length': String(input.sizeBytes) },
      // The window begins a second early and ends on a full second: what is promised lies inside it.
      expiresSeconds: UPLOAD_URL_SECONDS + 2,
      nowMs,
    });
    return { n, url, method: 'PUT' as const, headers, expiresAtMs: nowMs + UPLOAD_URL_SECONDS * 1000 };
  });
}
