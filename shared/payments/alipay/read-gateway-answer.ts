import type { KeyObject } from 'node:crypto';
import { readJson } from '../read-json.ts';
import { verifyRsa2 } from './verify-rsa2.ts';

/**
 * The members of a JSON object as they are written, value by value: the signature is over the very characters of one of them.
 * @param text known to be a JSON object without a member twice
 */
function membersOf(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let valueAt = -1;
  let name = '';
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/gs)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === ':' && depth === 1) valueAt = index + 1;
    else if (token.startsWith('"') && depth === 1 && valueAt < 0) name = JSON.parse(token) as string;
    const ends = depth === 1 && (token === ',' || token === '}');
    if (token === '}' || token === ']') depth -= 1;
    if (!ends || valueAt < 0) continue;
    members.set(name, text.slice(valueAt, index).trim());
    valueAt = -1;
  }
  return members;
}

export interface GatewayAnswer {
  /** What stands under the method's name, or under `error_response`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Whether it is provably Alipay's. */
  readonly verified: boolean;
  readonly isError: boolean;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `{"alipay_trade_query_response":{…},"sign":"…"}`: `sign` covers the characters of the first value, not what they mean.
 * @param method of the request: `alipay.trade.query`
 * @returns undefined when it is no such document
 */
export function readGatewayAnswer(
  method: string,
  bytes: Uint8Array,
  alipayPublicKey: KeyObject,
): GatewayAnswer | undefined {
  const whole = readJson(bytes);
  if (!isObject(whole)) return undefined;
  const key = `${method.replaceAll('.', '_')}_response`;
  const isError = !Object.hasOwn(whole, key);
  const member = isError ? 'error_response' : key;
  const json = Object.hasOwn(whole, member) ? whole[member] : undefined;
  if (!isObject(json)) return undefined;
  const signed = membersOf(Buffer.from(bytes).toString()).get(member) ?? '';
  const sign = Object.hasOwn(whole, 'sign') ? whole['sign'] : undefined;
  const verified = typeof sign === 'string' && verifyRsa2(Buffer.from(signed), sign, alipayPublicKey);
  return { json, verified, isError };
}
