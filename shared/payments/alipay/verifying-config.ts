import type { KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { firstPath } from '../first-path.ts';
import { openAlipayPublicKey } from './open-alipay-key.ts';

/** 16 digits that begin with 2088: the number of the account that is paid (PID). */
export const sellerId = z.string().check(z.regex(/^2088[0-9]{12}$/));
export const appId = z.string().check(z.regex(/^[0-9]{16}$/));

/** All that a callback holds: it can check what Alipay sends, and sign nothing. The key is Alipay's, not the app's own. */
export const AlipayVerifying = z.strictObject({ appId, sellerId, alipayPublicKey: z.string() });

export type AlipayVerifyingConfig = z.infer<typeof AlipayVerifying>;

/** Whom a message must name, and whose signature it must carry. */
export interface AlipayExpected {
  readonly alipayPublicKey: KeyObject;
  readonly appId: string;
  readonly sellerId: string;
}

/**
 * A key object, made once for each instance; give the result to `verifyNotice`.
 * @throws TypeError that names the field, never its value
 */
export function openVerifyingKey(config: AlipayVerifyingConfig): AlipayExpected {
  const parsed = z.safeParse(AlipayVerifying, config);
  if (!parsed.success) throw new TypeError(`${firstPath(parsed.error, 'the config')} is not valid`);
  const { alipayPublicKey, ...whom } = parsed.data;
  return { ...whom, alipayPublicKey: openAlipayPublicKey('alipayPublicKey', alipayPublicKey) };
}
