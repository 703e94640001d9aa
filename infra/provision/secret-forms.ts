import type * as z from 'zod/mini';
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
import { AlipaySigning } from '../../shared/payments/alipay/signing-config.ts';
import { AlipayVerifying } from '../../shared/payments/alipay/verifying-config.ts';
import { WechatPaySigning } from '../../shared/payments/wechat/signing-config.ts';
import { WechatPayVerifying } from '../../shared/payments/wechat/verifying-config.ts';

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
