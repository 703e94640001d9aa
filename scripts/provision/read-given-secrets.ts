import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import type { GivenSecrets } from '../../infra/provision/secret-parts.ts';
import { CaptchaSecret } from '../../shared/auth/tencent-captcha.ts';
import { SmsSecret } from '../../shared/auth/tencent-sms.ts';
import { DatabaseSecret, OperatorsSecret, type SecretPurpose, TokensSecret } from '../../shared/config/secrets.ts';
import { AlipaySigning } from '../../shared/payments/alipay/signing-config.ts';
import { AlipayVerifying } from '../../shared/payments/alipay/verifying-config.ts';
import { WechatPaySigning } from '../../shared/payments/wechat/signing-config.ts';
import { WechatPayVerifying } from '../../shared/payments/wechat/verifying-config.ts';

/** What reads each secret decides its form. */
const FORMS: Readonly<Record<SecretPurpose, z.ZodMiniType>> = {
  database: DatabaseSecret,
  tokens: TokensSecret,
  'wechat-signing': WechatPaySigning,
  'wechat-verifying': WechatPayVerifying,
  'alipay-signing': AlipaySigning,
  'alipay-verifying': AlipayVerifying,
  sms: SmsSecret,
  captcha: CaptchaSecret,
  operators: OperatorsSecret,
};

/** From files, never from arguments: those stay in a shell's history. @throws RangeError that names purpose and field, never a value */
export function readGivenSecrets(given: readonly string[], folder: string): GivenSecrets {
  return Object.fromEntries(
    given.map((argument) => {
      const [, purpose = '', file = ''] = /^([^=]+)=(.+)$/.exec(argument) ?? [];
      const form = Object.hasOwn(FORMS, purpose) ? FORMS[purpose as SecretPurpose] : undefined;
      if (!form)
        throw new RangeError(`--secret ${argument}: must be PURPOSE=FILE, of ${Object.keys(FORMS).join(', ')}`);
      const document = readJson(purpose, resolve(folder, file));
      const parsed = z.safeParse(form, document);
      if (parsed.success) return [purpose, document];
      const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'document'))];
      throw new RangeError(`--secret ${purpose}: not valid: ${fields.join(', ')}`);
    }),
  );
}

function readJson(purpose: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // The parser's own message would quote the file.
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new RangeError(`--secret ${purpose}: ${file} ${why}`, { cause: error });
  }
}
