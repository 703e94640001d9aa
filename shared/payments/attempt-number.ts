import type { ChannelId, PayMethod } from './channel.ts';

/**
 * An order's number at a channel is the order's id and these two characters: a number stands for one order of one kind there, so
 * each way of paying the same order has its own. Both channels allow 32 characters; of signs Alipay's documents allow the underscore alone.
 */
const SUFFIXES: Readonly<Record<string, string>> = {
  'wechat:qr': '',
  'wechat:h5': '_h',
  'alipay:qr': '_a',
  'alipay:page': '_p',
  'alipay:wap': '_w',
};

/** @throws RangeError for a method that the channel does not have */
export function attemptSuffix(channel: ChannelId, method: PayMethod): string {
  const suffix = SUFFIXES[`${channel}:${method}`];
  if (suffix === undefined) throw new RangeError(`${channel} has no ${method}`);
  return suffix;
}
