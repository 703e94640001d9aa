import type * as z from 'zod/mini';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { readSecretOf, type SecretPurpose, secretName } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';

/**
 * What a channel signs with, or nothing when the secret does not exist.
 * @throws ServicesFailed (503) while the secrets manager cannot be reached; SecretUnreadable that names the bad fields
 */
export async function readSigningSecret<S extends z.ZodMiniType>(
  schema: S,
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  purpose: SecretPurpose,
): Promise<z.output<S> | undefined> {
  try {
    return await readSecretOf(schema, secrets, secretName(config.STAGE, purpose));
  } catch (error) {
    if (!(error instanceof TencentApiError)) throw error;
    if (error.code.startsWith('ResourceNotFound')) return undefined;
    throw new ServicesFailed(error);
  }
}
