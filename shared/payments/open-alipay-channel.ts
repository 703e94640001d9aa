import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { alipayChannel } from './alipay/alipay-channel.ts';
import { AlipaySigning } from './alipay/signing-config.ts';
import type { PaymentChannel } from './channel.ts';
import { openWithSecret } from './open-with-secret.ts';

/** The merchant waits for it, and the channel is asked at most twice. */
const TIMEOUT_MS = 4000;

/** @throws what `openWithSecret` throws */
export const openAlipayChannel = (
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  clock: Clock,
): Promise<PaymentChannel | undefined> =>
  openWithSecret(AlipaySigning, config, secrets, 'alipay-signing', (signing) =>
    alipayChannel(signing, { clock, timeoutMs: TIMEOUT_MS }),
  );
