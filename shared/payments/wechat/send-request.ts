import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { ChannelError } from '../channel.ts';
import { readJson } from './read-json.ts';
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

function errorCodeOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !('code' in json)) return undefined;
  return typeof json.code === 'string' && /^[0-9A-Z_]{1,64}$/.test(json.code) ? json.code : undefined;
}

async function attempt(
  keys: SigningKeys,
  options: SendOptions,
  baseUrl: string,
  request: WechatRequest,
): Promise<WechatAnswer> {
  const url = new URL(baseUrl + request.pathAndQuery);
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const what = `wechat ${request.method}`;
  const authorization = signRequest(keys.signer, {
    method: request.method,
    pathAndQuery: url.pathname + url.search,
    body,
    timestampSeconds: Math.floor(options.clock() / 1000),
    nonce: randomBytes(16).toString('hex'),
  });
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(url, {
      method: request.method,
      headers: {
        Accept: 'application/json',
        Authorization: authorization,
        'User-Agent': 'yiying/1',
        'Wechatpay-Serial': keys.askForSerial,
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === '' ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    const late = cause instanceof Error && cause.name === 'TimeoutError';
    throw new ChannelError('unavailable', late ? 'timeout' : 'no_connection', what, cause);
  }
  const json = bytes.length === 0 ? undefined : readJson(bytes);
  const errorCode = errorCodeOf(json);
  if (response.status >= 500 || response.status === 429) {
    throw new ChannelError('unavailable', errorCode ?? `http_${response.status}`, what);
  }
  const verdict = verifySignature(Object.fromEntries(response.headers), bytes, keys.platformKeys, options.clock());
  if (response.ok && !verdict.ok) throw new ChannelError('unverified', verdict.reason, what);
  return { status: response.status, json, errorCode, verified: verdict.ok };
}

/**
 * Signs, sends, verifies the answer. What was sent is what was signed, byte for byte. Asks a second time when nothing
 * usable came back: creating, querying and closing are all safe to repeat with the same order number.
 * @throws ChannelError `unavailable` or `unverified`; a refusal by WeChat Pay is returned
 */
export async function sendRequest(
  keys: SigningKeys,
  options: SendOptions,
  request: WechatRequest,
): Promise<WechatAnswer> {
  const last = keys.baseUrls.length - 1;
  for (const [index, baseUrl] of keys.baseUrls.entries()) {
    try {
      return await attempt(keys, options, baseUrl, request);
    } catch (error) {
      if (index === last || !(error instanceof ChannelError) || error.kind !== 'unavailable') throw error;
    }
  }
  throw new ChannelError('unavailable', 'no_address', `wechat ${request.method}`);
}
