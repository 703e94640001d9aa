import * as z from 'zod/mini';
import { CaptchaSecret } from '../../shared/auth/tencent-captcha.ts';
import { SmsSecret } from '../../shared/auth/tencent-sms.ts';
import {
  DatabaseSecret,
  OperatorsSecret,
  PayeesSecret,
  PayersSecret,
  type SecretPurpose,
  TokensSecret,
  WebhooksSecret,
} from '../../shared/config/secrets.ts';
import { AlipaySigning, openSigningKeys as openAlipaySigning } from '../../shared/payments/alipay/signing-config.ts';
import { AlipayVerifying, openVerifyingKey } from '../../shared/payments/alipay/verifying-config.ts';
import { openSigningKeys as openWechatSigning, WechatPaySigning } from '../../shared/payments/wechat/signing-config.ts';
import { openVerifyingKeys, WechatPayVerifying } from '../../shared/payments/wechat/verifying-config.ts';

/** What reads each secret decides its form. */
export const SECRET_FORMS: Readonly<Record<SecretPurpose, z.ZodMiniType>> = {
  database: DatabaseSecret,
  tokens: TokensSecret,
  'wechat-signing': WechatPaySigning,
  'wechat-verifying': WechatPayVerifying,
  'alipay-signing': AlipaySigning,
  'alipay-verifying': AlipayVerifying,
  sms: SmsSecret,
  captcha: CaptchaSecret,
  operators: OperatorsSecret,
  webhooks: WebhooksSecret,
  payers: PayersSecret,
  payees: PayeesSecret,
};

/** What its reader makes of a document of that form; throws TypeError that names the field which is no key. */
export const SECRET_OPENERS: Readonly<Partial<Record<SecretPurpose, (document: unknown) => unknown>>> = {
  'wechat-signing': (document) => openWechatSigning(z.parse(WechatPaySigning, document)),
  'wechat-verifying': (document) => openVerifyingKeys(z.parse(WechatPayVerifying, document)),
  'alipay-signing': (document) => openAlipaySigning(z.parse(AlipaySigning, document)),
  'alipay-verifying': (document) => openVerifyingKey(z.parse(AlipayVerifying, document)),
};
