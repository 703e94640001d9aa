import { createHmac } from 'node:crypto';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { tokensSecretOf } from './tokens-secret.ts';

/** Minutes, since the SMS says so. */
export const CODE_LIFE_MINUTES = 5;
export const CODE_DIGITS = 6;
/**
 * Hashed with a phone in place of a code, which are digits: what a deleted account leaves of its phone, and what was given once for ever. Under a
 * key of its own, since another key forgets them all.
 */
export const FORMER_PHONE = 'former';

/** Loads the key, then hashes: HMAC-SHA256 (hex) over phone and code, which without the key a million guesses would undo. */
export interface LoginCodes {
  readonly hasher: () => Promise<(phone: string, code: string) => string>;
}

export function loginCodesOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource): LoginCodes {
  const readSecret = tokensSecretOf(config, secrets);
  return {
    hasher: async () => {
      const { codeKey, phoneKey = codeKey } = await readSecret();
      return (phone, code) => {
        const key = Buffer.from(code === FORMER_PHONE ? phoneKey : codeKey, 'base64');
        return createHmac('sha256', key).update(`${phone}\n${code}`).digest('hex');
      };
    },
  };
}
