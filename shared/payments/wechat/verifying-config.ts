import { createSecretKey } from 'node:crypto';
import * as z from 'zod/mini';
import { firstPath } from '../first-path.ts';
import { openPlatformKeys, PlatformKeyList } from './platform-keys.ts';
import type { NoticeInput } from './verify-notice.ts';

/** All that a callback holds: it can check and open what WeChat Pay sends, and sign nothing. */
export const WechatPayVerifying = z.strictObject({
  mchId: z.string().check(z.regex(/^[0-9]{1,32}$/)),
  appId: z.string().check(z.regex(/^[0-9A-Za-z]{1,32}$/)),
  apiV3Key: z.string().check(z.refine((key) => Buffer.byteLength(key) === 32)),
  platformKeys: PlatformKeyList,
});

export type WechatPayVerifyingConfig = z.infer<typeof WechatPayVerifying>;

/**
 * Key objects, made once for each instance; give the result to `verifyNotice`.
 * @throws TypeError that names the field, never its value
 */
export function openVerifyingKeys(config: WechatPayVerifyingConfig): Pick<NoticeInput, 'keys' | 'expect'> {
  const parsed = z.safeParse(WechatPayVerifying, config);
  if (!parsed.success) throw new TypeError(`${firstPath(parsed.error, 'the config')} is not valid`);
  const { mchId, appId, apiV3Key, platformKeys } = parsed.data;
  return {
    keys: { apiV3Key: createSecretKey(Buffer.from(apiV3Key)), platformKeys: openPlatformKeys(platformKeys) },
    expect: { mchId, appId },
  };
}
