import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { OperatorsSecret, readSecretOf, secretName } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';

/** Reads the key of `yiying-{stage}-operators`. @throws ServicesFailed (503) while the secrets manager cannot be reached */
export type ReadTotpKey = () => Promise<Buffer>;

export function totpKeyOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource): ReadTotpKey {
  const name = secretName(config.STAGE, 'operators');
  return async () => {
    try {
      const { totpKey } = await readSecretOf(OperatorsSecret, secrets, name);
      return Buffer.from(totpKey, 'base64');
    } catch (error) {
      throw error instanceof TencentApiError ? new ServicesFailed(error) : error;
    }
  };
}
