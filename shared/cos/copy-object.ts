import type { Bucket } from './bucket.ts';
import { encodeForCos, presignUrl } from './sign-url.ts';

export type CopyOutcome = 'copied' | 'gone' | 'changed';

/** COS did not answer, or not with what was asked: worth trying again. Nothing of its answer is repeated but the status. */
export class CopyFailed extends Error {
  override readonly name = 'CopyFailed';
}

const TIMEOUT_MS = 8000;
const SIGNATURE_SECONDS = 60;

/**
 * Copies an object within its bucket, by COS itself, if it still is the one with `etag` (of a result nobody asks: its key is written once). One signed request without the
 * SDK, for a function that answers a click (https://cloud.tencent.com/document/product/436/10881).
 * @throws CopyFailed
 */
export async function copyObject(
  bucket: Bucket,
  { fromKey, toKey, etag }: { fromKey: string; toKey: string; etag?: string },
  nowMs: number,
): Promise<CopyOutcome> {
  const source = `${bucket.bucket}.cos.${bucket.region}.myqcloud.com/${encodeForCos(fromKey).replaceAll('%2F', '/')}`;
  const { url, headers } = presignUrl({
    ...bucket,
    credentials: bucket.credentials(),
    key: toKey,
    method: 'PUT',
    headers: { 'x-cos-copy-source': source, ...(etag !== undefined && { 'x-cos-copy-source-if-match': etag }) },
    expiresSeconds: SIGNATURE_SECONDS,
    nowMs,
  });
  try {
    const response = await fetch(url, { method: 'PUT', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.text();
    if (response.status === 404) return 'gone';
    if (response.status === 412) return 'changed';
    // A copy that fails late answers 200 with an error in its body.
    if (response.ok && body.includes('<CopyObjectResult>')) return 'copied';
    throw new CopyFailed(`copy answered ${response.status}`);
  } catch (error) {
    if (error instanceof CopyFailed) throw error;
    throw new CopyFailed('copy was not answered', { cause: error });
  }
}
