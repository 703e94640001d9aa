import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from './credentials.ts';

export interface Tc3Request {
  readonly service: string;
  /** The endpoint's name without its port, as the official SDKs sign it. */
  readonly hostname: string;
  /** The exact bytes that are sent. */
  readonly body: string;
  readonly timestampSeconds: number;
}

const SIGNED_HEADERS = 'content-type;host';
export const TC3_CONTENT_TYPE = 'application/json';

/**
 * The `Authorization` header of a Tencent API 3.0 call, method POST, path `/`, JSON body.
 * https://cloud.tencent.com/document/api/1771/124713 (TC3-HMAC-SHA256).
 */
export function signTc3(request: Tc3Request, credentials: Pick<Credentials, 'secretId' | 'secretKey'>): string {
  const date = new Date(request.timestampSeconds * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${request.service}/tc3_request`;
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${TC3_CONTENT_TYPE}\nhost:${request.hostname}\n`,
    SIGNED_HEADERS,
    sha256(request.body),
  ].join('\n');
  const toSign = `TC3-HMAC-SHA256\n${request.timestampSeconds}\n${scope}\n${sha256(canonical)}`;
  const key = hmac(hmac(hmac(`TC3${credentials.secretKey}`, date), request.service), 'tc3_request');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return `TC3-HMAC-SHA256 Credential=${credentials.secretId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
