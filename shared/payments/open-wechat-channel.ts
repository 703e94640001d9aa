import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import type { PaymentChannel } from './channel.ts';
import { openWithSecret } from './open-with-secret.ts';
import { WechatPaySigning } from './wechat/signing-config.ts';
import { wechatPayChannel } from './wechat/wechat-pay-channel.ts';

/** The merchant waits for it, and the channel is asked at most twice. */
const TIMEOUT_MS = 4000;

/** @throws what `openWithSecret` throws */
export const openWechatChannel = (
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  clock: Clock,
): Promise<PaymentChannel | undefined> =>
  openWithSecret(WechatPaySigning, config, secrets, 'wechat-signing', (signing) =>
    wechatPayChannel(signing, { clock, timeoutMs: TIMEOUT_MS }),
  );
