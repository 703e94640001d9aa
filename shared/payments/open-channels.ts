import type { Clock } from '../clock.ts';
import type { BaseConfig } from '../config/read-config.ts';
import { type SecretSource, SecretUnreadable } from '../config/secret-source.ts';
import type { ChannelId, PayMethod } from './channel.ts';
import { openAlipayChannel } from './open-alipay-channel.ts';
import { openWechatChannel } from './open-wechat-channel.ts';
import type { Channels } from './reconcile-orders.ts';

export const CHANNEL_IDS: readonly ChannelId[] = ['wechat', 'alipay'];

const OPENING = { wechat: openWechatChannel, alipay: openAlipayChannel };

/** Told of a channel that is closed because a key of its secret is missing or is none: the error names the field, never a value. */
export type OnMisconfigured = (misconfigured: { readonly channel: ChannelId; readonly error: unknown }) => void;

/** The channels of a stage: those whose keys are all there. One that lacks a key is closed, and the other one stays open. */
export function channelsOf(
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
  clock: Clock,
): (onMisconfigured: OnMisconfigured) => Channels {
  return (onMisconfigured) => async (channel) => {
    try {
      return await OPENING[channel](config, secrets, clock);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      onMisconfigured({ channel, error });
      return undefined;
    }
  };
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
