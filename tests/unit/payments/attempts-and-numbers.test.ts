import { describe, expect, it } from 'vitest';
import { attemptSuffix } from '../../../shared/payments/attempt-number.ts';
import { orderIdOf } from '../../../shared/payments/bill-comparison.ts';
import type { ChannelId, PayMethod } from '../../../shared/payments/channel.ts';
import { isAllowedBase } from '../../../shared/payments/is-allowed-base.ts';
import { requireNumber } from '../../../shared/payments/merchant-number.ts';
import { plainSubject } from '../../../shared/payments/open-case.ts';

const ORDER_ID = 'ord_01JD0000000000000000000000';

describe("an order's number at a channel", () => {
  const SUFFIXES: Partial<Record<ChannelId, Partial<Record<PayMethod, string>>>> = {
    wechat: { qr: '', h5: '_h' },
    alipay: { qr: '_a', page: '_p', wap: '_w' },
  };
  const all = (['wechat', 'alipay'] as const).flatMap((channel) =>
    (['qr', 'h5', 'page', 'wap'] as const).map((method) => [channel, method, SUFFIXES[channel]?.[method]] as const),
  );

  it.each(all)('by %s %s ends in %j, or there is none', (channel, method, suffix) => {
    if (suffix !== undefined) expect(attemptSuffix(channel, method)).toBe(suffix);
    else expect(() => attemptSuffix(channel, method)).toThrow(new RangeError(`${channel} has no ${method}`));
  });

  it.each([
    [ORDER_ID, { orderId: ORDER_ID }],
    [`${ORDER_ID}_h`, { orderId: ORDER_ID }],
    [`x${ORDER_ID}`, {}],
    [ORDER_ID.slice(0, -1), {}],
    [ORDER_ID.toLowerCase(), {}],
    ['another-shop-1', {}],
  ])('%s tells the order %j', (number, order) => {
    expect(orderIdOf(number)).toEqual(order);
  });

  it.each(['abcdef', 'a'.repeat(32), '0-9_|*Az'])('may be %s', (number) => {
    expect(() => requireNumber('outTradeNo', number)).not.toThrow();
  });

  it.each(['abcde', 'a'.repeat(33), 'abc def', 'abcdef ', ' abcdef', 'abcdef\n', 'abcdé0'])(
    'may not be %j',
    (number) => {
      const why = 'outRefundNo must be 6–32 of 0-9 A-Z a-z _ - | *';
      expect(() => requireNumber('outRefundNo', number)).toThrow(new TypeError(why));
    },
  );
});

it("a case's subject is what its row can hold: 64 signs that can be seen", () => {
  expect(plainSubject('4200!~|*')).toBe('4200!~|*');
  expect(plainSubject('退款 1\n\x7f')).toBe('???1??');
  expect(plainSubject(`${'a'.repeat(64)}b`)).toBe('a'.repeat(64));
});

describe('where a channel may be asked', () => {
  it.each([
    ['https://api.mch.weixin.qq.com', true],
    ['https://api.example.com/gateway.do', true],
    ['http://127.0.0.1:8080', true],
    ['http://localhost:8080/x', true],
    ['http://api.example.com', false],
    ['http://127.0.0.2', false],
    ['ftp://127.0.0.1', false],
    ['ftp://localhost', false],
    ['https://api.example.com/?a=1', false],
    ['https://api.example.com/#a', false],
    ['http://localhost/?a=1', false],
    ['api.example.com', false],
    ['', false],
  ])('%s: %s', (url, isAllowed) => {
    expect(isAllowedBase(url)).toBe(isAllowed);
  });
});
