import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import type { SecretSource } from '../../../shared/config/secret-source.ts';
import type { PaymentNotice } from '../../../shared/payments/channel.ts';
import { type HashPayer, hashingPayers, payerHasher } from '../../../shared/payments/payer-hash.ts';

const KEY = randomBytes(32);
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
const hashOf = (channel: string, appId: string, payer: string, key = KEY) =>
  createHmac('sha256', key).update(`${channel}\n${appId}\n${payer}`).digest('hex');

function secretsWith(document: () => unknown): SecretSource {
  const get = async (name: string) => {
    expect(name).toBe('yiying-prod-payers');
    return document();
  };
  return { get, refresh: get };
}
const failures: unknown[] = [];
const hasherOf = (document: () => unknown) =>
  payerHasher({ STAGE: 'prod' }, secretsWith(document))((error) => failures.push(error));
const hashPayer: HashPayer = (notice) => hasherOf(() => ({ hashKey: KEY.toString('base64') }))(notice);

const NOTICE: PaymentNotice = {
  ...{ channel: 'wechat', outTradeNo: 'ord_1', transactionId: '4200', amountFen: 9900, currency: 'CNY' },
  ...{ merchantId: '1900000001', appId: 'wx0000000000000001', paidAtMs: 1 },
};

describe('who paid', () => {
  it('is kept as an HMAC of channel, app and payer, and the payer goes no further', async () => {
    const hashed = await hashPayer({ ...NOTICE, payerId: OPENID });
    expect(hashed).toEqual({ ...NOTICE, payerHash: hashOf('wechat', NOTICE.appId, OPENID) });
  });

  it('is one hash for every order of theirs, and another for another payer, app, channel or key', async () => {
    const payerHash = async (over: Partial<PaymentNotice>, by = hashPayer) =>
      (await by({ ...NOTICE, payerId: OPENID, ...over })).payerHash;
    const first = await payerHash({});
    expect(await payerHash({ outTradeNo: 'ord_2', transactionId: '4201', amountFen: 1 })).toBe(first);
    const otherKey = hasherOf(() => ({ hashKey: randomBytes(32).toString('base64') }));
    const others = [
      await payerHash({ payerId: `${OPENID}x` }),
      await payerHash({ appId: 'wx0000000000000002' }),
      await payerHash({ channel: 'alipay' }),
      await payerHash({}, otherKey),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
  });

  it('is unknown where the channel does not say it, and where the key cannot be read, which is told', async () => {
    expect(await hashPayer(NOTICE)).toEqual(NOTICE);
    expect(failures).toEqual([]);
    const down = hasherOf(() => {
      throw new Error('secrets manager');
    });
    expect(await down({ ...NOTICE, payerId: OPENID })).toEqual(NOTICE);
    expect(failures).toMatchObject([{ message: 'secrets manager' }]);
  });

  it('is hashed in what a channel answers about an order that was paid, or refunded since, and in nothing else', async () => {
    const channel = memoryChannel('wechat');
    const hashed: string[] = [];
    const heard: HashPayer = (news) => {
      hashed.push(news.transactionId);
      return hashPayer(news);
    };
    const open = await hashingPayers(async (id) => (id === 'wechat' ? channel : undefined), heard)('wechat');
    const asked = {
      method: 'qr' as const,
      amountFen: 9900,
      description: 'x',
      expiresAtMs: 1,
      notifyUrl: 'https://a.b',
    };
    await channel.createOrder({ ...asked, outTradeNo: 'ord_1' });
    expect(await open?.queryOrder('ord_1')).toEqual({ state: 'unpaid' });
    const { transactionId } = channel.pay('ord_1', { payerId: OPENID });
    const payerHash = hashOf('wechat', 'wx0000000000000001', OPENID);
    const paid = await open?.queryOrder('ord_1');
    expect(paid).toMatchObject({ state: 'paid', payerHash });
    await channel.refund({
      ...{ outTradeNo: 'ord_1', outRefundNo: 'rfd_1', refundFen: 9900, totalFen: 9900, reason: 'x' },
      notifyUrl: 'https://a.b',
    });
    const refunded = await open?.queryOrder('ord_1');
    expect(refunded).toMatchObject({ state: 'refunded', payerHash });
    expect(JSON.stringify([paid, refunded])).not.toContain(OPENID);
    expect(hashed).toEqual([transactionId, transactionId]);
    expect(await hashingPayers(async () => undefined, hashPayer)('wechat')).toBeUndefined();
  });
});
