import type { KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { firstPath } from '../first-path.ts';
import { isAllowedBase } from '../is-allowed-base.ts';
import { openAlipayPublicKey, openAppPrivateKey } from './open-alipay-key.ts';
import { type AlipayExpected, appId, sellerId } from './verifying-config.ts';

/** What a function needs that creates, queries, closes or refunds orders. */
export const AlipaySigning = z.strictObject({
  appId,
  sellerId,
  appPrivateKey: z.string(),
  alipayPublicKey: z.string(),
  /** Alipay's own when it is left out; the sandbox has another. */
  gatewayUrl: z.optional(z.string().check(z.refine(isAllowedBase))),
});

export type AlipaySigningConfig = z.infer<typeof AlipaySigning>;

export interface AlipayKeys extends AlipayExpected {
  readonly appPrivateKey: KeyObject;
  readonly gatewayUrl: string;
}

const VENDOR_GATEWAY = 'https://openapi.alipay.com/gateway.do';

/**
 * Key objects, made once for each instance.
 * @throws TypeError that names the field, never its value
 */
export function openSigningKeys(config: AlipaySigningConfig): AlipayKeys {
  const parsed = z.safeParse(AlipaySigning, config);
  if (!parsed.success) throw new TypeError(`${firstPath(parsed.error, 'the config')} is not valid`);
  const { appPrivateKey, alipayPublicKey, gatewayUrl = VENDOR_GATEWAY, ...whom } = parsed.data;
  return {
    ...whom,
    appPrivateKey: openAppPrivateKey('appPrivateKey', appPrivateKey),
    alipayPublicKey: openAlipayPublicKey('alipayPublicKey', alipayPublicKey),
    gatewayUrl,
  };
}
