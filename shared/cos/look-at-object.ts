import type { Bucket } from './bucket.ts';
import { presignUrl } from './sign-url.ts';

/** COS did not answer, or not with what was asked: worth trying again. Nothing of its answer is repeated but the status. */
export class LookFailed extends Error {
  override readonly name = 'LookFailed';
}

const TIMEOUT_MS = 4000;
const SIGNATURE_SECONDS = 60;

/**
 * Whether an object still is the one with `etag`, judged as copyObject does. One signed request without the SDK
 * (https://cloud.tencent.com/document/product/436/7745).
 * @throws LookFailed
 */
export async function lookAtObject(
  bucket: Bucket,
  { key, etag }: { readonly key: string; readonly etag: string },
  nowMs: number,
): Promise<'there' | 'gone' | 'changed'> {
  const { url, headers } = presignUrl({
    ...bucket,
    credentials: bucket.credentials(),
    key,
    method: 'HEAD',
    headers: { 'if-match': etag },
    expiresSeconds: SIGNATURE_SECONDS,
    nowMs,
  });
  const answer = fetch(url, { method: 'HEAD', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { ok, status } = await answer.catch((cause: unknown) => {
    throw new LookFailed('a look was not answered', { cause });
  });
  if (status === 404) return 'gone';
  if (status === 412) return 'changed';
  if (!ok) throw new LookFailed(`a look was answered ${status}`);
  return 'there';
}
