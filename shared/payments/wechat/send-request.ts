import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../channel.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { readJson } from '../read-json.ts';
import { signRequest } from './sign-request.ts';
import type { SigningKeys } from './signing-config.ts';
import { verifySignature } from './verify-signature.ts';

export interface SendOptions {
  readonly clock: Clock;
  /** Of one attempt; there are at most two. */
  readonly timeoutMs: number;
}

export interface WechatRequest {
  readonly method: 'GET' | 'POST';
  /** From `/v3/`, already percent-encoded. */
  readonly pathAndQuery: string;
  readonly body?: object;
}

/** `verified`: provably WeChat Pay's. A success always is; a refusal need not be, so act on its code only when it is. */
export interface WechatAnswer {
  readonly status: number;
  readonly json: unknown;
  readonly errorCode: string | undefined;
  readonly verified: boolean;
}

const MAX_BYTES = 256 * 1024;

function errorCodeOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('code' in json)) return undefined;
  return typeof json.code === 'string' && /^[0-9A-Z_]{1,64}$/.test(json.code) ? json.code : undefined;
}

/** The headers of a signed request: what is signed is the path and query that go over the wire, and the body's bytes. */
export function signedHeaders(
  keys: SigningKeys,
  clock: Clock,
  request: { readonly method: 'GET' | 'POST'; readonly url: URL; readonly body: string },
): Record<string, string> {
  const { method, url, body } = request;
  return {
    Accept: 'application/json',
    Authorization: signRequest(keys.signer, {
      method,
      pathAndQuery: url.pathname + url.search,
      body,
      timestampSeconds: Math.floor(clock() / 1000),
      nonce: randomBytes(16).toString('hex'),
    }),
    'User-Agent': 'yiying/1',
    'Wechatpay-Serial': keys.askForSerial,
    ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
  };
}

async function attempt(
  keys: SigningKeys,
  { clock, timeoutMs }: SendOptions,
  baseUrl: string,
  request: WechatRequest,
): Promise<WechatAnswer> {
  const url = new URL(baseUrl + request.pathAndQuery);
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const { method } = request;
  const what = `wechat ${method}`;
  const init = { method, headers: signedHeaders(keys, clock, { method, url, body }), ...(body !== '' && { body }) };
  const { status, headers, bytes } = await fetchBytes(what, url, init, { timeoutMs, maxBytes: MAX_BYTES });
  const json = readJson(bytes);
  const errorCode = errorCodeOf(json);
  if (status >= 500 || status === 429) throw new ChannelError('unavailable', errorCode ?? `http_${status}`, what);
  const verdict = verifySignature(headers, bytes, keys.platformKeys, clock());
  // `fetch` tells of no answer below 200.
  if (status < 300 && !verdict.ok) throw new ChannelError('unverified', verdict.reason, what);
  return { status, json, errorCode, verified: verdict.ok };
}

/**
 * Signs, sends, verifies the answer. What was sent is what was signed, byte for byte. Asks a second time when nothing
 * usable came back: creating, querying, closing and refunding are all safe to repeat with the same number.
 * @throws ChannelError `unavailable` or `unverified`; a refusal by WeChat Pay is returned
 */
export async function sendRequest(
  keys: SigningKeys,
  options: SendOptions,
  request: WechatRequest,
): Promise<WechatAnswer> {
  const [first, second] = keys.baseUrls;
  try {
    return await attempt(keys, options, first, request);
  } catch (error) {
    if (!(error instanceof ChannelError) || error.kind !== 'unavailable') throw error;
    return attempt(keys, options, second, request);
  }
}

/** @throws ChannelError `refused`, with WeChat's code or the status */
export function refusal(what: string, answer: WechatAnswer): ChannelError {
  return new ChannelError('refused', answer.errorCode ?? `http_${answer.status}`, what);
}
