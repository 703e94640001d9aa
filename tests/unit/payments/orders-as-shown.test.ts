import { describe, expect, it } from 'vitest';
import { readHttpEvent } from '../../../shared/http/scf-event.ts';
import { replyToAlipay } from '../../../shared/payments/handle-alipay-notice.ts';
import { replyToWechat } from '../../../shared/payments/handle-wechat-notice.ts';
import { type OrderRow, toOrder } from '../../../shared/payments/order.ts';
import { payerOf } from '../../../shared/payments/payer-of.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 4);

describe('an order', () => {
  const { merchantId, ...PLAIN } = {
    ...{ orderId: 'ord_1', planId: 'monthly_99', planNameZh: '月度会员', planNameEn: 'Monthly', merchantId: 'mch_1' },
    ...{ channel: 'wechat' as const, state: 'pending' as const, amountFen: 9900, credits: 100, days: 30 },
    ...{ createdAtMs: NOW_MS, expiresAtMs: NOW_MS + 900_000 },
  };
  const row = (over: Partial<OrderRow> = {}): OrderRow => ({
    ...{ ...PLAIN, merchantId, refundedFen: '0', invoice: null, paidAtMs: null, ...over },
  });
  const ATTEMPTS = [
    { channel: 'wechat', method: 'h5' },
    { channel: 'wechat', method: 'qr', codeUrl: 'weixin://new' },
    { channel: 'alipay', method: 'qr', codeUrl: 'https://qr.alipay.com/old' },
  ] as const;
  const end = PLAIN.expiresAtMs;

  it('that is open shows its ways to pay, and the first code that there is; of its merchant nothing', () => {
    const open = { ...PLAIN, refundedFen: 0, attempts: [...ATTEMPTS], codeUrl: 'weixin://new' };
    expect(toOrder(row(), end - 1, ATTEMPTS)).toStrictEqual(open);
    const plain = { ...PLAIN, refundedFen: 0, attempts: [] };
    for (const invoice of [null, undefined]) expect(toOrder(row({ invoice }), NOW_MS)).toStrictEqual(plain);
  });

  it('whose time is over is closed, and cannot be paid', () => {
    expect(toOrder(row(), end, ATTEMPTS)).toStrictEqual({ ...PLAIN, refundedFen: 0, state: 'closed' });
  });

  it('that was paid stays so, and shows what went back and its 发票', () => {
    const paid = { state: 'paid', paidAtMs: NOW_MS + 1, invoice: 'issued' } as const;
    const shown = { ...PLAIN, ...paid, refundedFen: 4900 };
    expect(toOrder(row({ ...paid, refundedFen: '4900' }), end, ATTEMPTS)).toStrictEqual(shown);
  });
});

describe('whoever pays', () => {
  const SITE = 'https://yiying.example.com';
  const OTHER = 'https://console.example.com';
  const asked = (
    headers: Record<string, string | string[]>,
    sourceIp = '203.0.113.7',
    path: string | undefined = '/p',
  ) => payerOf(readHttpEvent({ headers, requestContext: { sourceIp } }), [SITE, OTHER], path);

  it.each([
    ['comes back to the site that asks', { Origin: SITE }, { returnUrl: `${SITE}/p` }],
    ['comes back to another of ours', { Origin: OTHER }, { returnUrl: `${OTHER}/p` }],
    ['comes back to none of others', { Origin: 'https://evil.example.com' }, {}],
    ['comes back to none of two', { Origin: SITE, origin: SITE }, {}],
    ['comes back to none that nobody names', {}, {}],
  ])('%s', (_what, headers, back) => {
    expect(asked(headers)).toStrictEqual({ clientIp: '203.0.113.7', ...back });
  });

  it('comes back to none that was named more than once, whichever is read', () => {
    const request = readHttpEvent({ headers: { origin: SITE } });
    const payer = payerOf({ ...request, repeatedHeaders: new Set(['origin']) }, [SITE], '/p');
    expect(payer).toStrictEqual({});
  });

  it('comes back nowhere unless it was asked for, and has an address where one is known', () => {
    const nowhere = payerOf(readHttpEvent({ headers: { origin: SITE } }), [SITE], undefined);
    expect(nowhere).toStrictEqual({});
    expect(asked({ origin: SITE }, '')).toStrictEqual({ returnUrl: `${SITE}/p` });
  });
});

describe('the answer to a notice', () => {
  it('of WeChat is a status, and a document where it comes again', () => {
    expect(replyToWechat(204)).toStrictEqual({ statusCode: 204, headers: {}, body: '' });
    const failed = { headers: { 'Content-Type': 'application/json' }, body: '{"code":"FAIL","message":"失败"}' };
    for (const statusCode of [401, 500] as const)
      expect(replyToWechat(statusCode)).toStrictEqual({ statusCode, ...failed });
  });

  it('of Alipay is a word', () => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    expect(replyToAlipay(200)).toStrictEqual({ statusCode: 200, headers, body: 'success' });
    for (const statusCode of [401, 500] as const)
      expect(replyToAlipay(statusCode)).toStrictEqual({ statusCode, headers, body: 'fail' });
  });
});
