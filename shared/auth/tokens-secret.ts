import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { readSecretOf, secretName, TokensSecret } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';

/** Reads `yiying-{stage}-tokens`. @throws ServicesFailed (503) while the secrets manager cannot be reached */
export type ReadTokensSecret = (how?: 'get' | 'refresh') => Promise<TokensSecret>;

export function tokensSecretOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource): ReadTokensSecret {
  const name = secretName(config.STAGE, 'tokens');
  return async (how = 'get') => {
    try {
      return await readSecretOf(TokensSecret, secrets, name, how);
    } catch (error) {
      throw error instanceof TencentApiError ? new ServicesFailed(error) : error;
    }
  };
}
