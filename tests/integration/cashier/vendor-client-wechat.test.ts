import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// A whole client that is neither the product's nor the cashier's: it signs, sends, and verifies by the machine's own time.
import { Wechatpay } from 'wechatpay-axios-plugin';
import { type Cashier, startCashier } from '../../../scripts/local/cashier/start-cashier.ts';

interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
}
/** Its paths are written as properties. */
type Chain = { readonly [segment: string]: Chain } & {
  readonly post: (body: object, options?: object) => Promise<Answer>;
  readonly get: (options?: object) => Promise<Answer>;
};

const HOUR_MS = 3_600_000;
let cashier: Cashier;
let wxpay: Chain;
/** Payments lie in the past, where there are bills; requests are made now. */
let shiftMs = 0;

beforeAll(async () => {
  cashier = await startCashier({ clock: () => Date.now() + shiftMs, timers: false });
  const { mchId, merchantSerial, merchantPrivateKeyPem, platformKeys } = cashier.merchant;
  const certs = Object.fromEntries(platformKeys.map(({ serial, pem }) => [serial, pem]));
  const config = { mchid: mchId, serial: merchantSerial, privateKey: merchantPrivateKeyPem, certs };
  wxpay = new Wechatpay({ ...config, baseURL: cashier.url }) as unknown as Chain;
});

afterAll(() => cashier.close());

const orders = () => wxpay['v3']!['pay']!['transactions']!;
const order = (number: string) => ({
  ...{ appid: cashier.merchant.appId, mchid: cashier.merchant.mchId, out_trade_no: number },
  ...{
    description: '衣影 月度会员',
    notify_url: 'https://example.com/notify',
    amount: { total: 9900, currency: 'CNY' },
  },
});

describe('a client of another hand', () => {
  it('orders, finds, refunds and finds the refund', async () => {
    const scene = { scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } } };
    const made = await orders()['h5']!.post({ ...order('ord_VENDOR1'), ...scene });
    expect(made.data['h5_url']).toContain('prepay_id=wx');
    cashier.pay('ord_VENDOR1', { fault: 'lost' });
    const params = { mchid: cashier.merchant.mchId };
    const found = await orders()['outTradeNo']!['$out_trade_no$']!.get({ params, out_trade_no: 'ord_VENDOR1' });
    expect(found.data).toMatchObject({ trade_state: 'SUCCESS', trade_type: 'MWEB' });
    const refunds = wxpay['v3']!['refund']!['domestic']!['refunds']!;
    const amount = { refund: 9900, total: 9900, currency: 'CNY' };
    const refunded = await refunds.post({ out_trade_no: 'ord_VENDOR1', out_refund_no: 'rfd_VENDOR1', amount });
    expect(refunded.data).toMatchObject({ status: 'PROCESSING' });
    const asked = await refunds['$out_refund_no$']!.get({ out_refund_no: 'rfd_VENDOR1' });
    expect(asked.data).toMatchObject({ refund_id: refunded.data['refund_id'] });
  });

  it('closes, and finds a bad signature', async () => {
    await orders()['native']!.post(order('ord_VENDOR2'));
    const numbered = orders()['outTradeNo']!['$out_trade_no$']!;
    cashier.failNext('query', 'bad_signature');
    const params = { mchid: cashier.merchant.mchId };
    await expect(numbered.get({ params, out_trade_no: 'ord_VENDOR2' })).rejects.toThrow('Verify the response');
    const closed = await numbered['close']!.post(params, { out_trade_no: 'ord_VENDOR2' });
    expect(closed.status).toBe(204);
  });

  it('downloads the bill of the day before yesterday, and its hash is right', async () => {
    await orders()['native']!.post(order('ord_VENDOR3'));
    shiftMs = -48 * HOUR_MS;
    cashier.pay('ord_VENDOR3', { fault: 'lost' });
    shiftMs = 0;
    const bill_date = new Date(Date.now() + (8 - 48) * HOUR_MS).toISOString().slice(0, 10);
    const bill = await wxpay['v3']!['bill']!['tradebill']!.get({ params: { bill_date, tar_type: 'GZIP' } });
    const token = new URL(String(bill.data['download_url'])).searchParams.get('token');
    const options = { params: { token }, responseType: 'arraybuffer' };
    const file = gunzipSync((await wxpay['v3']!['billdownload']!['file']!.get(options)).data as unknown as Buffer);
    expect(file.toString()).toContain('`ord_VENDOR3,');
    expect(createHash('sha1').update(file).digest('hex')).toBe(bill.data['hash_value']);
  });
});
