import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import type { ChannelId, PayMethod } from './channel.ts';
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

export interface ListedChannel {
  readonly channel: ChannelId;
  readonly open: boolean;
  readonly methods: PayMethod[];
}

/** Which channels are open, and how each can be paid. Settles both before it answers or throws: nothing runs on behind a reply. */
export async function listChannels(channels: Channels): Promise<ListedChannel[]> {
  const asked = await Promise.allSettled(CHANNEL_IDS.map((id) => channels(id)));
  return CHANNEL_IDS.map((channel, n) => {
    const answer = asked[n];
    if (answer?.status === 'rejected') throw answer.reason;
    return { channel, open: answer?.value !== undefined, methods: [...(answer?.value?.methods ?? [])] };
  });
}
