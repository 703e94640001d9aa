import type * as z from 'zod/mini';
import type { BaseConfig } from '../config/read-config.ts';
import { type SecretSource, SecretUnreadable } from '../config/secret-source.ts';
import { readSecretOf, type SecretPurpose, secretName } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';
import type { PaymentChannel } from './channel.ts';

/**
 * A channel of what its secret holds, or nothing when the secret does not exist: a channel without keys is closed, never imitated.
 * @param open throws TypeError that names the field which is no key
 * @throws ServicesFailed (503) while the secrets manager cannot be reached; SecretUnreadable that names the bad fields, never a value
 */
export async function openWithSecret<S extends z.ZodMiniType>(
  schema: S,
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  purpose: SecretPurpose,
  open: (signing: z.output<S>) => PaymentChannel,
): Promise<PaymentChannel | undefined> {
  const name = secretName(config.STAGE, purpose);
  const signing = await readSecretOf(schema, secrets, name).catch((error: unknown) => {
    if (!(error instanceof TencentApiError)) throw error;
    if (error.code.startsWith('ResourceNotFound')) return undefined;
    throw new ServicesFailed(error);
  });
  if (signing === undefined) return undefined;
  try {
    return open(signing);
  } catch (error) {
    throw error instanceof TypeError ? new SecretUnreadable(name, error.message) : error;
  }
}
