import type { Bucket } from './bucket.ts';
import { presignUrl } from './sign-url.ts';

export interface PresignedUpload {
  readonly url: string;
  readonly method: 'PUT';
  /** To be sent as they are: they are signed. */
  readonly headers: Record<string, string>;
  readonly expiresAtMs: number;
}

/** One PUT, pinned to its key, Content-Type and Content-Length. `onlyOnce`: COS refuses it where an object is. */
export function presignUpload(
  bucket: Bucket,
  key: string,
  declared: { readonly contentType: string; readonly sizeBytes: number },
  { seconds, onlyOnce = false }: { readonly seconds: number; readonly onlyOnce?: boolean },
  nowMs: number,
): PresignedUpload {
  const { url, headers } = presignUrl({
    bucket: bucket.bucket,
    region: bucket.region,
    ...(bucket.endpoint !== undefined && { endpoint: bucket.endpoint }),
    credentials: bucket.credentials(),
    key,
    method: 'PUT',
    headers: {
      'Content-Type': declared.contentType,
      'Content-Length': String(declared.sizeBytes),
      ...(onlyOnce && { 'x-cos-forbid-overwrite': 'true' }),
    },
    // The window begins a second early and ends on a full second: what is promised lies inside it.
    expiresSeconds: seconds + 2,
    nowMs,
  });
  return { url, method: 'PUT', headers, expiresAtMs: nowMs + seconds * 1000 };
}
