import { createVerify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formOf } from './alipay-client.ts';
import { alipayStage } from './alipay-stage.ts';

const stage = alipayStage();
const DAY_MS = 24 * 3_600_000;
const subCode = async (method: string, biz: Record<string, unknown>) =>
  (await stage.call(method, biz)).json['sub_code'];
const open = async (trade: Record<string, unknown>, method: 'page' | 'wap' = 'page') => {
  const response = await fetch(stage.pageUrl(trade, method), { redirect: 'manual' });
  return response.status === 303 ? 'opened' : response.text();
};

describe('a page’s order', () => {
  it('does not exist until the payer opens the address, then waits, and then is paid', async () => {
    const trade = stage.trade();
    const url = stage.pageUrl(trade);
    expect(await subCode('query', trade)).toBe('ACQ.TRADE_NOT_EXIST');
    expect(await subCode('close', trade)).toBe('ACQ.TRADE_NOT_EXIST');
    await fetch(url);
    const waiting = await stage.query(trade.out_trade_no);
    expect(waiting).toMatchObject({ trade_status: 'WAIT_BUYER_PAY', total_amount: '99.00', buyer_pay_amount: '0.00' });
    expect(waiting['send_pay_date']).toBeUndefined();
    stage.cashier.pay(trade.out_trade_no, { fault: 'lost' });
    const paid = await stage.query(trade.out_trade_no);
    expect(paid).toMatchObject({
      ...{ code: '10000', trade_status: 'TRADE_SUCCESS', total_amount: '99.00', buyer_pay_amount: '99.00' },
      ...{ send_pay_date: '2026-11-23 10:00:00', trade_no: waiting['trade_no'], out_trade_no: trade.out_trade_no },
    });
    expect(paid['trade_no']).toMatch(/^20261123\d{20}$/);
    expect((await stage.call('query', { trade_no: paid['trade_no'] })).json).toEqual(paid);
  });

  it('is the same when opened twice, and another amount, subject or way is no longer it', async () => {
    const trade = stage.trade();
    expect([await open(trade), await open(trade)]).toEqual(['opened', 'opened']);
    expect(stage.cashier.orders().filter(({ outTradeNo }) => outTradeNo === trade.out_trade_no)).toHaveLength(1);
    for (const over of [{ total_amount: '98.00' }, { subject: '另一个' }]) {
      expect(await open({ ...trade, ...over })).toContain('ACQ.CONTEXT_INCONSISTENT');
    }
    expect(await open(trade, 'wap')).toContain('ACQ.CONTEXT_INCONSISTENT');
  });

  it('cannot be opened again once it is paid or closed', async () => {
    const [paid, closed] = [stage.trade(), stage.trade()];
    await open(paid);
    await open(closed);
    stage.cashier.pay(paid.out_trade_no, { fault: 'lost' });
    await stage.call('close', closed);
    expect(await open(paid)).toContain('ACQ.TRADE_HAS_SUCCESS');
    expect(await open(closed)).toContain('ACQ.TRADE_HAS_CLOSE');
  });

  it('closes by itself when its time is over, and the page still takes a payer who was faster', async () => {
    const number = await stage.opened({ time_expire: '2026-11-23 10:15:00' });
    stage.nowMs += 900_000;
    expect((await stage.query(number))['trade_status']).toBe('WAIT_BUYER_PAY');
    stage.nowMs += 1;
    const closed = await stage.query(number);
    expect(closed['trade_status']).toBe('TRADE_CLOSED');
    expect(closed['send_pay_date']).toBeUndefined();
    expect(() => stage.cashier.pay(number)).toThrow('订单已关闭');
    stage.cashier.pay(number, { evenIfClosed: true, fault: 'lost' });
    expect((await stage.query(number))['trade_status']).toBe('TRADE_SUCCESS');
  });

  it('leads back to the merchant with Alipay’s signed word', async () => {
    const trade = stage.trade();
    const back = 'http://127.0.0.1:9/orders?from=pay';
    const page = `${stage.cashier.pageUrl(trade.out_trade_no)}?channel=alipay`;
    const link = async () =>
      /<a href="([^"]+)">返回商家/.exec(await (await fetch(page)).text())?.[1]?.replaceAll('&#38;', '&');
    await fetch(stage.pageUrl(trade, 'page', { return_url: back }));
    expect(await link()).toBe(back);
    stage.cashier.pay(trade.out_trade_no, { fault: 'lost' });
    const said = Object.fromEntries(new URL((await link()) ?? '').searchParams);
    expect(said).toMatchObject({
      ...{
        out_trade_no: trade.out_trade_no,
        total_amount: '99.00',
        method: 'alipay.trade.page.pay.return',
        from: 'pay',
      },
      ...{ app_id: stage.cashier.secrets.alipaySigning.appId, seller_id: stage.cashier.secrets.alipaySigning.sellerId },
    });
    const { sign = '', sign_type: _type, from: _own, ...signed } = said;
    const text = Object.entries(signed)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const key = stage.cashier.secrets.alipayVerifying.alipayPublicKey;
    expect(createVerify('sha256').update(text).verify(key, sign, 'base64')).toBe(true);
  });

  it.each<[string, Record<string, unknown>, ('page' | 'wap')?]>([
    ['out_trade_no', { out_trade_no: '' }],
    ['out_trade_no', { out_trade_no: 'with space' }],
    ['out_trade_no', { out_trade_no: 'x'.repeat(65) }],
    ['total_amount', { total_amount: '0.00' }],
    ['total_amount', { total_amount: '99.001' }],
    ['total_amount', { total_amount: '-1' }],
    ['total_amount', { total_amount: '100000000.01' }],
    ['total_amount', { total_amount: undefined }],
    ['subject', { subject: undefined }],
    ['subject', { subject: 'a/b' }],
    ['subject', { subject: '衣'.repeat(257) }],
    ['product_code', { product_code: 'QUICK_WAP_WAY' }],
    ['product_code', { product_code: 'FAST_INSTANT_TRADE_PAY' }, 'wap'],
    ['time_expire', { time_expire: '2026-11-23T10:15:00+08:00' }],
    ['time_expire', { time_expire: '2026-11-23 09:59:59' }],
    ['timeout_express', { timeout_express: '16d' }],
    ['timeout_express', { timeout_express: '0m' }],
    ['quit_url', { quit_url: 'nowhere' }, 'wap'],
  ])('%s: %j is refused by name', async (field, over, method) => {
    const page = await open(stage.trade(over), method);
    expect(page).toContain('ACQ.INVALID_PARAMETER');
    expect(page).toContain(`参数无效：${field}`);
  });

  it.each([
    ['0.01', '0.01'],
    ['99', '99.00'],
    [99.5, '99.50'],
    ['100000000', '100000000.00'],
  ])('an amount of %j is %s', async (given, said) => {
    expect((await stage.query(await stage.opened({ total_amount: given })))['total_amount']).toBe(said);
  });

  it('of a phone’s browser tells that its time was over, and of a computer’s nothing', async () => {
    const over = { time_expire: '2026-11-23 10:15:00' };
    const [wap] = [await stage.opened(over, 'wap'), await stage.opened(over)];
    stage.nowMs += 900_001;
    expect(await stage.cashier.tick()).toBe(1);
    expect(formOf(stage.received[0]!)).toMatchObject({ out_trade_no: wap, trade_status: 'TRADE_CLOSED' });
  });

  it('timeout_express is a span from the opening', async () => {
    const number = await stage.opened({ timeout_express: '90m' });
    stage.nowMs += 90 * 60_000 + 1;
    expect((await stage.query(number))['trade_status']).toBe('TRADE_CLOSED');
  });
});

describe('a code’s order', () => {
  it('is no trade until somebody scans the code; then it is paid like another', async () => {
    const trade = stage.trade();
    const { json } = await stage.call('precreate', trade);
    expect(await subCode('query', trade)).toBe('ACQ.TRADE_NOT_EXIST');
    expect(await subCode('close', trade)).toBe('ACQ.TRADE_NOT_EXIST');
    const scanned = await fetch(`${stage.cashier.url}/cashier?qr_code=${encodeURIComponent(String(json['qr_code']))}`);
    expect(scanned.url).toBe(`${stage.cashier.pageUrl(trade.out_trade_no)}?channel=alipay`);
    expect((await stage.query(trade.out_trade_no))['trade_status']).toBe('WAIT_BUYER_PAY');
    await fetch(`${stage.cashier.pageUrl(trade.out_trade_no)}/pay?channel=alipay&fault=lost`, { method: 'POST' });
    expect((await stage.query(trade.out_trade_no))['trade_status']).toBe('TRADE_SUCCESS');
  });

  it('asked for again is the same, and not with another amount', async () => {
    const trade = stage.trade();
    const [first, second] = [await stage.call('precreate', trade), await stage.call('precreate', trade)];
    expect(second.json).toEqual(first.json);
    expect(await subCode('precreate', { ...trade, total_amount: '1.00' })).toBe('ACQ.CONTEXT_INCONSISTENT');
    stage.cashier.pay(trade.out_trade_no, { fault: 'lost' });
    expect(await subCode('precreate', trade)).toBe('ACQ.TRADE_HAS_SUCCESS');
  });
});

describe('a close', () => {
  it('closes what waits, is told, and nothing else can be closed', async () => {
    const number = await stage.opened();
    const { json, isSigned } = await stage.call('close', { out_trade_no: number });
    expect(json).toMatchObject({ code: '10000', out_trade_no: number, trade_no: expect.any(String) as string });
    expect(isSigned).toBe(true);
    expect((await stage.query(number))['trade_status']).toBe('TRADE_CLOSED');
    await stage.cashier.tick();
    const told = formOf(stage.received[0]!);
    expect(told).toMatchObject({
      trade_status: 'TRADE_CLOSED',
      out_trade_no: number,
      gmt_close: '2026-11-23 10:00:00',
    });
    for (const name of ['refund_fee', 'gmt_refund', 'out_biz_no', 'gmt_payment']) expect(told[name]).toBeUndefined();
    expect(await subCode('close', { out_trade_no: number })).toBe('ACQ.TRADE_STATUS_ERROR');
    expect(await subCode('close', { out_trade_no: await stage.paid() })).toBe('ACQ.TRADE_STATUS_ERROR');
    expect(await subCode('close', {})).toBe('ACQ.INVALID_PARAMETER');
  });

  it('of the number that Alipay gave goes before the merchant’s own', async () => {
    const [mine, other] = [await stage.opened(), await stage.opened()];
    const tradeNo = (await stage.query(mine))['trade_no'];
    await stage.call('close', { trade_no: tradeNo, out_trade_no: other });
    expect([(await stage.query(mine))['trade_status'], (await stage.query(other))['trade_status']]).toEqual([
      'TRADE_CLOSED',
      'WAIT_BUYER_PAY',
    ]);
  });
});

describe('a trade that is finished', () => {
  it('is told of for wap alone, a year after the payment or when it is said to be', async () => {
    const [page, wap] = [await stage.paid(), await stage.paid({}, 'wap')];
    stage.nowMs += 365 * DAY_MS - 1;
    expect((await stage.query(wap))['trade_status']).toBe('TRADE_SUCCESS');
    stage.nowMs += 1;
    expect((await stage.query(wap))['trade_status']).toBe('TRADE_FINISHED');
    expect((await stage.query(page))['trade_status']).toBe('TRADE_FINISHED');
    await stage.cashier.tick();
    const told = stage.received.map(formOf).filter((one) => one['trade_status'] === 'TRADE_FINISHED');
    expect(told.map((one) => one['out_trade_no'])).toContain(wap);
    expect(told.map((one) => one['out_trade_no'])).not.toContain(page);
    const number = await stage.paid();
    stage.cashier.finish(number);
    expect((await stage.query(number))['trade_status']).toBe('TRADE_FINISHED');
    expect(await subCode('refund', { out_trade_no: number, refund_amount: '1.00', out_request_no: 'r1' })).toBe(
      'ACQ.TRADE_HAS_FINISHED',
    );
  });
});
