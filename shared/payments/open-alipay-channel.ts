import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { readSecretOf, secretName } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { ServicesFailed } from '../http/failure.ts';
import { alipayChannel } from './alipay/alipay-channel.ts';
import { AlipaySigning } from './alipay/signing-config.ts';
import type { PaymentChannel } from './channel.ts';

/** The merchant waits for it, and the channel is asked at most twice. */
const TIMEOUT_MS = 4000;

/**
 * The channel, or nothing when its secret does not exist: a channel without keys is closed, never imitated.
 * @throws ServicesFailed (503) while the secrets manager cannot be reached
 */
export async function openAlipayChannel(
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  clock: Clock,
): Promise<PaymentChannel | undefined> {
  try {
    const signing = await readSecretOf(AlipaySigning, secrets, secretName(config.STAGE, 'alipay-signing'));
    return alipayChannel(signing, { clock, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof TencentApiError)) throw error;
    if (error.code.startsWith('ResourceNotFound')) return undefined;
    throw new ServicesFailed(error);
  }
}
