import { randomBytes } from 'node:crypto';
import { SECRET_PURPOSES, type SecretPurpose, secretName } from '../../shared/config/secrets.ts';
import { type AccountCall, type Answer, listAll } from './account-call.ts';
import type { Part } from './part.ts';

/** What the operator hands over, already held against the reader's own schema; kept nowhere. */
export type GivenSecrets = Readonly<Partial<Record<SecretPurpose, unknown>>>;

/** Secrets of one key that is ours, by the name of its field. */
const OWN_KEYS = {
  operators: 'totpKey',
  webhooks: 'secretKey',
  payers: 'hashKey',
  payees: 'sealKey',
} as const satisfies Partial<Record<SecretPurpose, string>>;
type OwnKey = keyof typeof OWN_KEYS;
/** Those that nobody hands over. */
export const isMadeHere = (purpose: SecretPurpose): purpose is OwnKey | 'tokens' =>
  purpose === 'tokens' || purpose in OWN_KEYS;

const FIELDS: Readonly<Record<Exclude<SecretPurpose, OwnKey | 'tokens'>, string>> = {
  database: 'host, port, user, password, database',
  'wechat-signing': 'without it WeChat Pay is closed; fields: shared/payments/wechat/signing-config.ts',
  'wechat-verifying': 'without it WeChat Pay is closed; fields: shared/payments/wechat/verifying-config.ts',
  'alipay-signing': 'without it Alipay is closed; fields: shared/payments/alipay/signing-config.ts',
  'alipay-verifying': 'without it Alipay is closed; fields: shared/payments/alipay/verifying-config.ts',
  sms: 'sdkAppId, signName, templateId',
  captcha: 'only with CAPTCHA_MODE=tencent; fields: shared/auth/tencent-captcha.ts',
};

/** Keys that are ours are made here and seen by nobody; the rest is asked for. A secret that stands is only replaced by one that is given. */
export function secretParts(call: AccountCall, stage: string, given: GivenSecrets): Part[] {
  return SECRET_PURPOSES.map((purpose): Part => {
    const SecretName = secretName(stage, purpose);
    return {
      name: `secret ${SecretName}`,
      look: async () => {
        const found = await findSecret(call, SecretName);
        const value = given[purpose];
        const write = (action: string, content: unknown) => () =>
          call('ssm', action, { SecretName, VersionId: 'SSM_Current', SecretString: JSON.stringify(content) });
        if (found && found['Status'] !== 'Enabled')
          return { change: 'waiting', note: `it is ${String(found['Status'])}: enable or restore it in the console` };
        if (found) return value === undefined ? null : { change: 'update', run: write('UpdateSecret', value) };
        if (value !== undefined) return { change: 'create', run: write('CreateSecret', value) };
        if (purpose === 'tokens')
          return { change: 'create', note: 'new keys', run: write('CreateSecret', newTokens()) };
        if (isMadeHere(purpose))
          return { change: 'create', note: 'a new key', run: write('CreateSecret', { [OWN_KEYS[purpose]]: newKey() }) };
        return { change: 'waiting', note: `--secret ${purpose}=FILE (${FIELDS[purpose]})` };
      },
    };
  });
}

export async function findSecret(call: AccountCall, name: string): Promise<Answer | undefined> {
  const found = await listAll(call, 'ssm', 'ListSecrets', 'SecretMetadatas', { SearchSecretName: name });
  return found.find((one) => one['SecretName'] === name);
}

/** null: there is none. `document` is undefined where it is not enabled, or no JSON. */
export async function readSecretDocument(
  call: AccountCall,
  SecretName: string,
): Promise<{ readonly isEnabled: boolean; readonly status: string; readonly document: unknown } | null> {
  const found = await findSecret(call, SecretName);
  if (!found) return null;
  const status = String(found['Status']);
  if (status !== 'Enabled') return { isEnabled: false, status, document: undefined };
  const { SecretString } = await call('ssm', 'GetSecretValue', { SecretName, VersionId: 'SSM_Current' });
  return { isEnabled: true, status, document: parseJson(String(SecretString)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const newKey = () => randomBytes(32).toString('base64');

function newTokens() {
  const id = new Date().toISOString().slice(0, 10);
  return { currentKeyId: id, keys: [{ id, key: newKey() }], codeKey: newKey(), phoneKey: newKey() };
}
