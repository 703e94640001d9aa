import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import type { PaymentChannel } from './channel.ts';
import { readSigningSecret } from './read-signing-secret.ts';
import { WechatPaySigning } from './wechat/signing-config.ts';
import { wechatPayChannel } from './wechat/wechat-pay-channel.ts';

/** The merchant waits for it, and the channel is asked at most twice. */
const TIMEOUT_MS = 4000;

/**
 * The channel, or nothing when its secret does not exist: a channel without keys is closed, never imitated.
 * @throws ServicesFailed (503) while the secrets manager cannot be reached
 */
export async function openWechatChannel(
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  clock: Clock,
): Promise<PaymentChannel | undefined> {
  const signing = await readSigningSecret(WechatPaySigning, config, secrets, 'wechat-signing');
  return signing && wechatPayChannel(signing, { clock, timeoutMs: TIMEOUT_MS });
}
