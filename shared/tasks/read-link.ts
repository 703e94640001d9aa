import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';

export const LINK_SECONDS = 900;
/** Links are signed on the minute, so that what did not change reads the same and is answered 304. */
const SIGNED_EVERY_MS = 60_000;

export const signedAt = (nowMs: number): number => nowMs - (nowMs % SIGNED_EVERY_MS);

/** A short-lived link to one object. `saveAs`: what a browser calls the file. */
export function readLink(bucket: Bucket, key: string, nowMs: number, saveAs?: string): string {
  const { url } = presignUrl({
    bucket: bucket.bucket,
    region: bucket.region,
    ...(bucket.endpoint !== undefined && { endpoint: bucket.endpoint }),
    credentials: bucket.credentials(),
    key,
    method: 'GET',
    ...(saveAs !== undefined && {
      query: { 'response-content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(saveAs)}` },
    }),
    // The window begins a second early and ends on a full second: what is promised lies inside it.
    expiresSeconds: LINK_SECONDS + 2,
    nowMs: signedAt(nowMs),
  });
  return url;
}
