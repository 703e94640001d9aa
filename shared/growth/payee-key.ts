import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { PayeesSecret, readSecretOf, secretName } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';

/** Reads the key of `yiying-{stage}-payees`. @throws ServicesFailed (503) while the secrets manager cannot be reached */
export type ReadPayeeKey = () => Promise<Buffer>;

export function payeeKeyOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource): ReadPayeeKey {
  const name = secretName(config.STAGE, 'payees');
  return async () => {
    try {
      const { sealKey } = await readSecretOf(PayeesSecret, secrets, name);
      return Buffer.from(sealKey, 'base64');
    } catch (error) {
      throw error instanceof TencentApiError ? new ServicesFailed(error) : error;
    }
  };
}
