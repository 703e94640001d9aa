import { createHash, createHmac } from 'node:crypto';

/** Keys for COS. `sessionToken` goes with temporary keys, such as those of an SCF execution role. */
export type CosCredentials = { secretId: string; secretKey: string; sessionToken?: string };

export type CosMethod = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';

export type CosRequestToSign = {
  method: CosMethod;
  /** Object key, not encoded, without a leading slash; '' for the bucket itself. */
  key: string;
  /** Every entry is signed. Names are matched without regard to case. */
  query?: Readonly<Record<string, string>>;
  /** Every entry is signed, so pass only what will be sent exactly so. */
  headers?: Readonly<Record<string, string>>;
  credentials: CosCredentials;
  /** Epoch seconds. */
  startSeconds: number;
  /** Epoch seconds; the signature is refused from here on. */
  endSeconds: number;
};

export type UrlToPresign = {
  /** `{name}-{appId}` */
  bucket: string;
  region: string;
  /** A local cloud's `http://host:port`; objects are then at `{endpoint}/{bucket}/{key}`. */
  endpoint?: string;
  key: string;
  method: CosMethod;
  /** Pinned: whoever uses the URL must send them with these very values. */
  headers?: Readonly<Record<string, string>>;
  /** Such as `response-content-disposition`; signed. */
  query?: Readonly<Record<string, string>>;
  expiresSeconds: number;
  nowMs: number;
  credentials: CosCredentials;
};

const UNRESERVED = /^[\w.~-]*$/;

/** The five characters that encodeURIComponent leaves and COS does not. Most texts need no encoding at all. */
export const encodeForCos = (text: string): string =>
  UNRESERVED.test(text)
    ? text
    : encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (secret: string, text: string) => createHmac('sha1', secret).update(text).digest('hex');

function signedPairs(values: Readonly<Record<string, string>>) {
  const pairs = Object.entries(values).map(([name, value]) => [encodeForCos(name).toLowerCase(), value] as const);
  pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return {
    names: pairs.map(([name]) => name).join(';'),
    text: pairs.map(([name, value]) => `${name}=${encodeForCos(value)}`).join('&'),
  };
}

/**
 * The value of the Authorization header for one request to COS (q-sign-algorithm=sha1).
 * Source: https://cloud.tencent.com/document/product/436/7778; agrees with cos-nodejs-sdk-v5 3.0.0.
 */
export function signCosRequest(request: CosRequestToSign): string {
  const query = signedPairs(request.query ?? {});
  const headers = signedPairs(request.headers ?? {});
  const keyTime = `${request.startSeconds};${request.endSeconds}`;
  const format = `${request.method.toLowerCase()}\n/${request.key}\n${query.text}\n${headers.text}\n`;
  const stringToSign = `sha1\n${keyTime}\n${createHash('sha1').update(format).digest('hex')}\n`;
  return [
    'q-sign-algorithm=sha1',
    `q-ak=${request.credentials.secretId}`,
    `q-sign-time=${keyTime}`,
    `q-key-time=${keyTime}`,
    `q-header-list=${headers.names}`,
    `q-url-param-list=${query.names}`,
    `q-signature=${hmac(hmac(request.credentials.secretKey, keyTime), stringToSign)}`,
  ].join('&');
}

/**
 * A URL that stands for one request: one method, one key, the given headers and query, until it expires. With
 * temporary keys it also dies when their token does.
 * @returns the URL, and the headers to send with it. A browser sets Content-Length by itself from the body.
 */
export function presignUrl(target: UrlToPresign): { url: string; headers: Record<string, string> } {
  if (target.key === '' || target.key.startsWith('/')) throw new TypeError('key must not be empty or begin with "/"');
  const ownHost = `${target.bucket}.cos.${target.region}.myqcloud.com`;
  const host = target.endpoint ? new URL(target.endpoint).host : ownHost;
  const base = target.endpoint ? `${target.endpoint}/${target.bucket}` : `https://${ownHost}`;
  const headers = { ...target.headers };
  const query = target.query ?? {};
  // One second back, as the SDK does, for a server whose clock is a little behind.
  const startSeconds = Math.round(target.nowMs / 1000) - 1;
  const authorization = signCosRequest({
    method: target.method,
    key: target.key,
    query,
    headers: { ...headers, host },
    credentials: target.credentials,
    startSeconds,
    endSeconds: startSeconds + target.expiresSeconds,
  });
  const parameters = [authorization.replace(/(?<=q-url-param-list=)[^&]*/, (names) => encodeForCos(names))];
  if (target.credentials.sessionToken) {
    parameters.push(`x-cos-security-token=${encodeForCos(target.credentials.sessionToken)}`);
  }
  for (const [name, value] of Object.entries(query)) parameters.push(`${encodeForCos(name)}=${encodeForCos(value)}`);
  const path = encodeForCos(target.key).replaceAll('%2F', '/');
  return { url: `${base}/${path}?${parameters.join('&')}`, headers };
}
