import { createHmac } from 'node:crypto';
import type { BaseConfig } from '../config/read-config.ts';
import type { SecretSource } from '../config/secret-source.ts';
import { PayersSecret, readSecretOf, secretName } from '../config/secrets.ts';
import type { PaymentChannel, PaymentNotice } from './channel.ts';
import type { Channels } from './reconcile-orders.ts';

/** A payment with its payer's hash in place of the payer. */
export type HashPayer = <News extends PaymentNotice>(notice: News) => Promise<News>;

/**
 * HMAC-SHA256 (hex) of channel, app and payer, under the key of `yiying-{stage}-payers`: an Alipay account has twelve free digits, which
 * without a key a machine would try out. No payment waits for it: where the key cannot be read, `onFailure` is told and the payer is unknown.
 */
export function payerHasher(
  config: Pick<BaseConfig, 'STAGE'>,
  secrets: SecretSource,
): (onFailure: (error: unknown) => void) => HashPayer {
  const name = secretName(config.STAGE, 'payers');
  return (onFailure) => async (notice) => {
    const { payerId, ...rest } = notice;
    // All that the notice had but who paid, which is optional.
    const plain = rest as unknown as typeof notice;
    if (payerId === undefined) return plain;
    try {
      const { hashKey } = await readSecretOf(PayersSecret, secrets, name);
      const payer = `${notice.channel}\n${notice.appId}\n${payerId}`;
      return { ...plain, payerHash: createHmac('sha256', Buffer.from(hashKey, 'base64')).update(payer).digest('hex') };
    } catch (error) {
      onFailure(error);
      return plain;
    }
  };
}

/** Channels whose answers about payments name their payers by hash. */
export const hashingPayers =
  (channels: Channels, hashPayer: HashPayer): Channels =>
  async (id) => {
    const channel = await channels(id);
    return channel && { ...channel, queryOrder: (number) => queryHashed(channel, hashPayer, number) };
  };

async function queryHashed(channel: PaymentChannel, hashPayer: HashPayer, outTradeNo: string) {
  const order = await channel.queryOrder(outTradeNo);
  return order.state === 'paid' || order.state === 'refunded' ? hashPayer(order) : order;
}
