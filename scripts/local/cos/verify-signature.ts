import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { CosError } from './cos-error.ts';
import { type CosRequest, decodeUri } from './cos-request.ts';

/** Looks a key up. With `sessionToken`, it is a temporary key and its token must come along. */
export type SecretKeyOf = (secretId: string) => { secretKey: string; sessionToken?: string } | undefined;

const FIELDS = [
  'q-sign-algorithm',
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
];
const MAX_SKEW_SECONDS = 15 * 60;
/** What changes the meaning of a request must be signed. COS only recommends it; here an unsigned one is a bug found. */
const MUST_BE_SIGNED = /^(?:uploads|uploadid|partnumber|acl|website|cors|lifecycle|delete|image_process|response-.*)$/;

type Authorization = Record<(typeof FIELDS)[number], string>;

function readAuthorization(request: CosRequest): Authorization {
  const header = request.header('authorization');
  const found = new Map<string, string>();
  if (header !== undefined) {
    for (const pair of header.trim().split('&')) {
      const at = pair.indexOf('=');
      found.set(pair.slice(0, at), pair.slice(at + 1));
    }
  } else {
    for (const name of FIELDS) if (request.query.has(name)) found.set(name, request.query.get(name)!);
  }
  // A private bucket: whoever does not sign is a stranger.
  if (found.size === 0) throw new CosError('AccessDenied');
  for (const name of FIELDS) if (!found.has(name)) throw new CosError('InvalidArgument', `${name} is missing`);
  if (found.get('q-sign-algorithm') !== 'sha1') throw new CosError('InvalidArgument', 'q-sign-algorithm must be sha1');
  return Object.fromEntries(found);
}

function checkTime(name: string, value: string, nowSeconds: number): void {
  const range = /^(\d{1,12});(\d{1,12})$/.exec(value);
  if (!range || Number(range[1]) > Number(range[2])) throw new CosError('InvalidArgument', `${name} is not a range`);
  if (Number(range[1]) > nowSeconds + MAX_SKEW_SECONDS) throw new CosError('RequestTimeTooSkewed');
  if (Number(range[2]) <= nowSeconds) {
    const ServerTime = new Date(nowSeconds * 1000).toISOString();
    throw new CosError('AccessDenied', 'Request has expired', { ServerTime });
  }
}

const percentEncoded = (text: string): string => {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    out += /[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
};

/** The names that a list holds, each with what the request really carries under it ('' for nothing). */
function canonical(list: string, carried: (name: string) => string | undefined): string {
  if (list === '') return '';
  const lines = list.split(';').map((item) => {
    const name = decodeUri(item).toLowerCase();
    return [percentEncoded(name).toLowerCase(), percentEncoded(carried(name) ?? '')] as const;
  });
  return lines
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const hmacSha1 = (key: string, text: string): string => createHmac('sha1', key).update(text, 'utf8').digest('hex');

/**
 * Checks a request's signature from COS's documentation alone (https://cloud.tencent.com/document/product/436/7778):
 * it shares no code with the product's signer, so that a mistake there cannot hide here.
 * @returns the secret id that signed
 * @throws CosError AccessDenied, InvalidArgument, InvalidAccessKeyId, RequestTimeTooSkewed, SignatureDoesNotMatch
 */
export function verifySignature(request: CosRequest, secretKeyOf: SecretKeyOf): string {
  const auth = readAuthorization(request);
  const secretId = auth['q-ak']!;
  const identity = secretKeyOf(secretId);
  if (!identity) throw new CosError('InvalidAccessKeyId');
  const token = request.header('x-cos-security-token') ?? request.query.get('x-cos-security-token');
  if (token !== identity.sessionToken) throw new CosError('InvalidAccessKeyId');
  const nowSeconds = Math.floor(request.nowMs / 1000);
  checkTime('q-key-time', auth['q-key-time']!, nowSeconds);
  checkTime('q-sign-time', auth['q-sign-time']!, nowSeconds);

  const query = new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value]));
  const formatString = [
    request.method.toLowerCase(),
    `/${request.key}`,
    canonical(auth['q-url-param-list']!, (name) => query.get(name)),
    canonical(auth['q-header-list']!, (name) => request.header(name)),
    '',
  ].join('\n');
  const digest = createHash('sha1').update(formatString, 'utf8').digest('hex');
  const stringToSign = `sha1\n${auth['q-sign-time']}\n${digest}\n`;
  const expected = hmacSha1(hmacSha1(identity.secretKey, auth['q-key-time']!), stringToSign);
  const given = Buffer.from(auth['q-signature']!);
  if (given.length !== expected.length || !timingSafeEqual(given, Buffer.from(expected))) {
    throw new CosError('SignatureDoesNotMatch', undefined, { StringToSign: stringToSign, FormatString: formatString });
  }
  const signed = new Set(auth['q-url-param-list']!.split(';').map((name) => decodeUri(name).toLowerCase()));
  for (const name of query.keys()) {
    if (MUST_BE_SIGNED.test(name) && !signed.has(name)) throw new CosError('AccessDenied', `${name} is not signed`);
  }
  return secretId;
}
