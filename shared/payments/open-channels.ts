import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import type { ChannelId } from './channel.ts';
import { openAlipayChannel } from './open-alipay-channel.ts';
import { openWechatChannel } from './open-wechat-channel.ts';
import type { Channels } from './reconcile-orders.ts';

export const CHANNEL_IDS: readonly ChannelId[] = ['wechat', 'alipay'];

/** The channels of a stage: those whose keys are all there. */
export function channelsOf(config: Pick<BaseConfig, 'STAGE'>, secrets: SecretSource, clock: Clock): Channels {
  return async (id) => (id === 'wechat' ? openWechatChannel : openAlipayChannel)(config, secrets, clock);
}

/** Where a channel sends its notifies. */
export const notifyUrlsAt =
  (publicApiUrl: string) =>
  (channel: ChannelId): string =>
    `${publicApiUrl}/v1/pay-callback-${channel}`;
