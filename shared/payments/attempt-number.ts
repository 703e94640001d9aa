import type { ChannelId, PayMethod } from './channel.ts';

/**
 * An order's number at a channel is the order's id and these two characters: a number stands for one order of one kind there, so
 * each way of paying the same order has its own. 32 characters at most are allowed by both channels.
 */
const SUFFIXES: Readonly<Record<string, string>> = {
  'wechat:qr': '',
  'wechat:h5': '-h',
  'alipay:qr': '-a',
  'alipay:page': '-p',
  'alipay:wap': '-w',
};

/** @throws RangeError for a method that the channel does not have */
export function attemptSuffix(channel: ChannelId, method: PayMethod): string {
  const suffix = SUFFIXES[`${channel}:${method}`];
  if (suffix === undefined) throw new RangeError(`${channel} has no ${method}`);
  return suffix;
}
