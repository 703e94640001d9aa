import { type DatabaseSecret, type SecretPurpose, secretName } from '../../shared/config/secrets.ts';
import type { Cashier } from './cashier/start-cashier.ts';
import type { LocalKeys } from './local-keys.ts';

/** The SMS account that the local cloud knows; the product's secret names the same. */
export const LOCAL_SMS = {
  sdkAppId: '1400000000',
  signName: '衣影',
  templates: { '1000001': '您的登录验证码为 {1}，{2} 分钟内有效。如非本人操作，请忽略。' },
} as const;

/** Every secret of the local stage, as an operator would put it into the secrets manager. */
export function localSecrets(
  stage: string,
  parts: { database: DatabaseSecret; keys: LocalKeys; cashier: Cashier },
): Record<string, unknown> {
  const secrets: Partial<Record<SecretPurpose, unknown>> = {
    database: parts.database,
    tokens: parts.keys.tokens,
    operators: parts.keys.operators,
    webhooks: parts.keys.webhooks,
    payers: parts.keys.payers,
    payees: parts.keys.payees,
    'wechat-signing': parts.cashier.secrets.signing,
    'wechat-verifying': parts.cashier.secrets.verifying,
    'alipay-signing': parts.cashier.secrets.alipaySigning,
    'alipay-verifying': parts.cashier.secrets.alipayVerifying,
    sms: { sdkAppId: LOCAL_SMS.sdkAppId, signName: LOCAL_SMS.signName, templateId: '1000001' },
  };
  return Object.fromEntries(
    Object.entries(secrets).map(([purpose, secret]) => [secretName(stage, purpose as SecretPurpose), secret]),
  );
}
