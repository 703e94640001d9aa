import type { AppMessage } from './app-messages.ts';
import type { Say } from './use-text.ts';

const NAMES: Readonly<Record<string, AppMessage>> = { wechat: 'channelWechat', alipay: 'channelAlipay' };

export function channelName(channel: string, say: Say): string {
  const message = NAMES[channel];
  return message ? say(message) : channel;
}
