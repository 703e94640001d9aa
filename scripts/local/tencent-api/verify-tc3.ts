import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiRefusal } from './api-refusal.ts';

export interface KnownCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  /** Temporary credentials must come with their token. */
  readonly sessionToken?: string;
}

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const MAX_SKEW_SECONDS = 300;
const AUTHORIZATION =
  /^TC3-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{4}-\d{2}-\d{2})\/([a-z0-9]+)\/tc3_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks a TC3-HMAC-SHA256 signature from the specification (https://cloud.tencent.com/document/api/1771/124713), for
 * whatever headers the caller signed; shares no line with the code that signs. Answers who signed, and for which service.
 * @throws ApiRefusal AuthFailure.*
 */
export function verifyTc3(
  request: SignedRequest,
  credentials: readonly KnownCredentials[],
  nowMs: number,
): { readonly secretId: string; readonly service: string } {
  const parts = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (parts === null)
    throw new ApiRefusal('AuthFailure.InvalidAuthorization', 'The Authorization header is not valid.');
  const [, secretId = '', date = '', service = '', signedHeaders = '', signature = ''] = parts;
  const known = credentials.find((one) => one.secretId === secretId);
  if (known === undefined) throw new ApiRefusal('AuthFailure.SecretIdNotFound', 'The SecretId is not found.');
  if ((known.sessionToken ?? '') !== headerText(request.headers, 'x-tc-token')) {
    throw new ApiRefusal('AuthFailure.TokenFailure', 'The token is not valid.');
  }
  const timestamp = headerText(request.headers, 'x-tc-timestamp');
  if (!/^\d{1,11}$/.test(timestamp)) throw new ApiRefusal('MissingParameter', 'X-TC-Timestamp is missing.');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > MAX_SKEW_SECONDS) {
    throw new ApiRefusal('AuthFailure.SignatureExpire', 'The signature has expired.');
  }
  const expected = signatureOf(request, { date, service, signedHeaders, timestamp, secretKey: known.secretKey });
  const sameDay = new Date(Number(timestamp) * 1000).toISOString().startsWith(date);
  if (!sameDay || !timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw new ApiRefusal(
      'AuthFailure.SignatureFailure',
      'The provided credentials could not be validated. Please ensure your signature is correct.',
    );
  }
  return { secretId, service };
}

interface Claims {
  readonly date: string;
  readonly service: string;
  readonly signedHeaders: string;
  readonly timestamp: string;
  readonly secretKey: string;
}

function signatureOf(request: SignedRequest, claims: Claims): string {
  const names = claims.signedHeaders.split(';');
  if (!names.includes('host') || !names.includes('content-type') || names.join() !== [...names].sort().join()) {
    throw new ApiRefusal(
      'AuthFailure.InvalidAuthorization',
      'SignedHeaders must be sorted and name content-type and host.',
    );
  }
  const canonicalHeaders = names.map((name) => `${name}:${canonicalValue(request.headers, name)}\n`).join('');
  const payloadHash = createHash('sha256').update(request.body).digest('hex');
  const canonicalRequest = `${request.method}\n${request.path}\n${request.query}\n${canonicalHeaders}\n${claims.signedHeaders}\n${payloadHash}`;
  const hashed = createHash('sha256').update(canonicalRequest).digest('hex');
  const stringToSign = [
    'TC3-HMAC-SHA256',
    claims.timestamp,
    `${claims.date}/${claims.service}/tc3_request`,
    hashed,
  ].join('\n');
  let key = Buffer.from(`TC3${claims.secretKey}`);
  for (const step of [claims.date, claims.service, 'tc3_request', stringToSign]) {
    key = createHmac('sha256', key).update(step).digest();
  }
  return key.toString('hex');
}

/** Names of hosts are signed without their port: so does the official SDK, and at Tencent the port is always 443. */
function canonicalValue(headers: IncomingHttpHeaders, name: string): string {
  const value = headerText(headers, name).trim().toLowerCase();
  return name === 'host' ? value.replace(/:\d+$/, '') : value;
}

function headerText(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}
