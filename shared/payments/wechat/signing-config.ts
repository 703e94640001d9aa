import { createPrivateKey } from 'node:crypto';
import * as z from 'zod/mini';
import { firstPath } from '../first-path.ts';
import { isAllowedBase } from '../is-allowed-base.ts';
import { requireRsa } from '../require-rsa.ts';
import { openPlatformKeys, PlatformKeyList } from './platform-keys.ts';
import type { RequestSigner } from './sign-request.ts';
import type { PlatformKeys } from './verify-signature.ts';

/** What a function needs that creates, queries or closes orders. The first platform key is the one asked for. */
export const WechatPaySigning = z.strictObject({
  mchId: z.string().check(z.regex(/^[0-9]{1,32}$/)),
  appId: z.string().check(z.regex(/^[0-9A-Za-z]{1,32}$/)),
  merchantSerial: z.string().check(z.regex(/^[0-9A-Fa-f]{1,64}$/)),
  merchantPrivateKeyPem: z.string(),
  platformKeys: PlatformKeyList,
  baseUrl: z.optional(z.string().check(z.refine(isAllowedBase))),
});

export type WechatPaySigningConfig = z.infer<typeof WechatPaySigning>;

export interface SigningKeys {
  readonly appId: string;
  readonly signer: RequestSigner;
  readonly platformKeys: PlatformKeys;
  /** Sent as `Wechatpay-Serial`, so that answers come signed with this key. */
  readonly askForSerial: string;
  /** The second is asked when the first does not answer. */
  readonly baseUrls: readonly [string, string];
}

/** The second is the vendor's standby, another access point of the same service. */
const VENDOR_BASE_URLS = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'] as const;

/**
 * Key objects, made once for each instance.
 * @throws TypeError that names the field, never its value
 */
export function openSigningKeys(config: WechatPaySigningConfig): SigningKeys {
  const parsed = z.safeParse(WechatPaySigning, config);
  if (!parsed.success) throw new TypeError(`${firstPath(parsed.error, 'the config')} is not valid`);
  const { mchId, appId, merchantSerial, merchantPrivateKeyPem, platformKeys, baseUrl } = parsed.data;
  const merchantPrivateKey = requireRsa('merchantPrivateKeyPem', () => createPrivateKey(merchantPrivateKeyPem));
  const base = baseUrl?.replace(/\/+$/, '');
  return {
    appId,
    signer: { mchId, merchantSerial, merchantPrivateKey },
    platformKeys: openPlatformKeys(platformKeys),
    askForSerial: platformKeys[0]?.serial ?? '',
    baseUrls: base === undefined ? VENDOR_BASE_URLS : [base, base],
  };
}
