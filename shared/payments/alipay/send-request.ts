import type { Clock } from '../../clock.ts';
import { shanghaiTime } from '../../shanghai-day.ts';
import { ChannelError } from '../channel.ts';
import { fetchBytes } from '../fetch-bytes.ts';
import { readGatewayAnswer } from './read-gateway-answer.ts';
import { signParameters } from './sign-parameters.ts';
import type { AlipayKeys } from './signing-config.ts';

export interface SendOptions {
  readonly clock: Clock;
  /** Of one attempt; there are at most two. */
  readonly timeoutMs: number;
}

export interface AlipayRequest {
  /** `alipay.trade.query` */
  readonly method: string;
  /** Becomes `biz_content`. */
  readonly content: object;
  readonly notifyUrl?: string;
  readonly returnUrl?: string;
}

/** `verified`: provably Alipay's. A success always is; a refusal need not be, so act on its code only when it is. */
export interface AlipayAnswer {
  readonly isSuccess: boolean;
  readonly json: Readonly<Record<string, unknown>>;
  /** `sub_code`, or `code` without one. */
  readonly errorCode: string;
  readonly verified: boolean;
}

const MAX_BYTES = 256 * 1024;
const ATTEMPTS = 2;
const SUCCESS = '10000';
/** The gateway or what is behind it could not answer; whether it acted is not known. */
const PASSING = new Set(['20000', 'ACQ.SYSTEM_ERROR', 'aop.ACQ.SYSTEM_ERROR', 'isp.unknow-error', 'aop.unknow-error']);

/** All parameters of a request, signed. https://opendocs.alipay.com/common/02kf5q */
export function signedParameters(keys: AlipayKeys, clock: Clock, request: AlipayRequest): Record<string, string> {
  const parameters = {
    app_id: keys.appId,
    method: request.method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: shanghaiTime(clock()),
    version: '1.0',
    ...(request.notifyUrl !== undefined && { notify_url: request.notifyUrl }),
    ...(request.returnUrl !== undefined && { return_url: request.returnUrl }),
    biz_content: JSON.stringify(request.content),
  };
  return signParameters(parameters, keys.appPrivateKey);
}

function codeOf(json: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const code = json[name];
  return typeof code === 'string' && /^[0-9A-Za-z_.-]{1,64}$/.test(code) ? code : undefined;
}

async function attempt(keys: AlipayKeys, options: SendOptions, request: AlipayRequest): Promise<AlipayAnswer> {
  const what = request.method;
  const { biz_content: content = '', ...others } = signedParameters(keys, options.clock, request);
  // As Alipay's own SDKs send it: the gateway reads `charset` from the query, before the body.
  const url = new URL(`${keys.gatewayUrl}?${new URLSearchParams(others).toString()}`);
  const init = {
    method: 'POST',
    body: new URLSearchParams({ biz_content: content }),
    headers: { 'User-Agent': 'yiying/1' },
  };
  const { status, bytes } = await fetchBytes(what, url, init, { timeoutMs: options.timeoutMs, maxBytes: MAX_BYTES });
  if (status >= 500 || status === 429) throw new ChannelError('unavailable', `http_${status}`, what);
  if (status !== 200) throw new ChannelError('refused', `http_${status}`, what);
  const answer = readGatewayAnswer(request.method, bytes, keys.alipayPublicKey);
  if (answer === undefined) throw new ChannelError('unverified', 'malformed', what);
  const { json, verified, isError } = answer;
  const code = codeOf(json, 'code');
  const errorCode = codeOf(json, 'sub_code') ?? code ?? 'no_code';
  if (code === '20000' || PASSING.has(errorCode)) throw new ChannelError('unavailable', errorCode, what);
  const isSuccess = code === SUCCESS;
  if (isSuccess && isError) throw new ChannelError('unverified', 'malformed', what);
  if (isSuccess && !verified) throw new ChannelError('unverified', 'bad_signature', what);
  return { isSuccess, json, errorCode, verified };
}

/**
 * Signs, sends, verifies the answer. Asks a second time when nothing usable came back: creating, querying, closing and
 * refunding are all safe to repeat with the same number.
 * @throws ChannelError `unavailable` or `unverified`; a refusal by Alipay is returned
 */
export async function sendRequest(
  keys: AlipayKeys,
  options: SendOptions,
  request: AlipayRequest,
): Promise<AlipayAnswer> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(keys, options, request);
    } catch (error) {
      const isPassing = error instanceof ChannelError && error.kind === 'unavailable';
      if (!isPassing || tried === ATTEMPTS) throw error;
    }
  }
}

/** What is acted upon although it is a refusal must be Alipay's own word. @throws ChannelError `unverified` */
export function requireVerified(what: string, answer: AlipayAnswer): void {
  if (!answer.verified) throw new ChannelError('unverified', answer.errorCode, what);
}

export function refusal(what: string, answer: AlipayAnswer): ChannelError {
  return new ChannelError('refused', answer.errorCode, what);
}
