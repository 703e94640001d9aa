import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SecretSource } from '../../../shared/config/secret-source.ts';
import { TencentApiError } from '../../../shared/config/tencent-api.ts';
import type { HttpContext } from '../../../shared/http/http-function.ts';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';
import { beginInvocation } from '../../../shared/logging/invocation.ts';
import { buyMembership, type Purchase } from '../../../shared/payments/buy-membership.ts';
import { channelsOf, notifyUrlsAt } from '../../../shared/payments/open-channels.ts';
import { newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { type LoopbackGateway, startLoopbackGateway } from '../alipay/loopback-gateway.ts';
import { type LoopbackWechat, startLoopbackWechat } from '../wechat/loopback-wechat.ts';
import { NOW_MS } from '../wechat/signed-notice.ts';

const SITE = 'https://yiying.example.com';
const clock = () => NOW_MS;

let product: ProductDatabase;
let wechat: LoopbackWechat;
let alipay: LoopbackGateway;
let merchant: string;
/** What the secrets manager holds. */
let secrets: Record<string, object>;
beforeAll(async () => {
  product = await productDatabase();
  wechat = await startLoopbackWechat(clock);
  alipay = await startLoopbackGateway();
  wechat.answer = () => ({ json: { code_url: 'weixin://wxpay/bizpayurl?pr=1' } });
  alipay.answer = ({ content }) => ({
    json: { code: '10000', msg: 'Success', out_trade_no: content['out_trade_no'], qr_code: 'https://qr.alipay.com/1' },
  });
});
afterAll(async () => {
  await Promise.all([wechat.close(), alipay.close()]);
  await product.close();
});
beforeEach(async () => {
  merchant = await newMerchant(product.db, NOW_MS);
  secrets = { 'yiying-test-wechat-signing': wechat.config, 'yiying-test-alipay-signing': alipay.config };
});

const read = async (name: string) => {
  const secret = secrets[name];
  if (secret) return secret;
  throw new TencentApiError({ service: 'ssm', action: 'GetSecretValue' }, 'ResourceNotFound.SecretNotExist', null);
};
const source: SecretSource = { get: read, refresh: read };
const channels = channelsOf(
  { STAGE: 'test' },
  source,
  clock,
)((misconfigured) => {
  throw new Error('misconfigured', { cause: misconfigured });
});
const notifyUrls = notifyUrlsAt('https://api.example.com');

const context: HttpContext = {
  ...beginInvocation({ request_id: 'of-the-request' }, { functionName: 'purchase-membership', clock }),
  request: readHttpEvent({ headers: { origin: SITE }, requestContext: { sourceIp: '203.0.113.7' } }),
  ...{ webOrigins: [SITE], idempotencyKey: 'buy', requestHash: 'a'.repeat(64), setCookie: () => undefined },
};
const buy = (over: Partial<Purchase>) =>
  buyMembership(
    { db: product.db, channels, notifyUrls },
    merchant,
    { planId: 'monthly_99', channel: 'wechat', method: 'qr', ...over },
    context,
  );

describe('a purchase as a request asks for it', () => {
  it('goes to its channel, which is opened with its keys, and is kept with the trace of the request', async () => {
    const { orderId, codeUrl } = await buy({ returnPath: '/orders' });
    expect(codeUrl).toBe('weixin://wxpay/bizpayurl?pr=1');
    const body = { out_trade_no: orderId, notify_url: 'https://api.example.com/v1/pay-callback-wechat' };
    expect(wechat.asked.at(-1)).toMatchObject({ target: '/v3/pay/transactions/native', body });
    const rows = await product.db.query(
      'SELECT trace, idempotency_key AS idempotencyKey, request_hash AS requestHash FROM orders WHERE id = ?',
      [orderId],
    );
    expect(rows).toEqual([{ trace: 'of-the-request', idempotencyKey: 'buy', requestHash: 'a'.repeat(64) }]);
  });

  it('says who pays, and where he comes back to', async () => {
    const { orderId } = await buy({ channel: 'alipay' });
    const { parameters, content } = alipay.asked.at(-1) ?? {};
    expect(content).toMatchObject({ out_trade_no: `${orderId}_a`, total_amount: '99.00' });
    expect(parameters?.['notify_url']).toBe('https://api.example.com/v1/pay-callback-alipay');
    merchant = await newMerchant(product.db, NOW_MS);
    wechat.answer = () => ({ json: { h5_url: 'https://wx.tenpay.com/1' } });
    const { payUrl } = await buy({ method: 'h5', returnPath: '/orders' });
    expect(wechat.asked.at(-1)?.body).toMatchObject({ scene_info: { payer_client_ip: '203.0.113.7' } });
    expect(payUrl).toContain(encodeURIComponent(`${SITE}/orders`));
  });

  it('of an offer that is none any more, or at a channel that is closed, orders nothing', async () => {
    await expect(buy({ offer: '1-1-1-member' })).rejects.toMatchObject({ code: 'PLAN_CHANGED' });
    secrets = {};
    for (const channel of ['wechat', 'alipay'] as const)
      await expect(buy({ channel })).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
    expect(await product.db.query('SELECT id FROM orders WHERE merchant_id = ?', [merchant])).toEqual([]);
  });
});
