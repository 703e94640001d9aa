import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryChannel, memoryChannel, unavailable } from '../../../scripts/soak/memory-channel.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import type { ChannelOrderRequest } from '../../../shared/payments/channel.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

const END_MS = NOW_MS + 15 * 60_000;

let product: ProductDatabase;
let channel: MemoryChannel;
let merchant: string;
let asked: ChannelOrderRequest[];
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  asked = [];
  channel = memoryChannel('wechat', () => NOW_MS);
  const { createOrder } = channel;
  Object.assign(channel, {
    createOrder: (request: ChannelOrderRequest) => {
      asked.push(request);
      return createOrder(request);
    },
  });
  merchant = await newMerchant(product.db);
});

const buy = (over: object = {}, db: Database = product.db, at = channel) =>
  purchaseMembership(db, at, planRequest(merchant, over));
const attempts = () =>
  product.db.query(
    `SELECT out_trade_no AS number, channel, method, state, code_url AS codeUrl, query_at AS nextAtMs FROM order_attempts
     WHERE merchant_id = ? ORDER BY out_trade_no`,
    [merchant],
  );

describe('a purchase at its channel', () => {
  const ASKED = {
    ...{ amountFen: 9900, description: '衣影会员 100 次 / 30 天', expiresAtMs: END_MS },
    notifyUrl: 'https://api.example.com/v1/pay-callback-wechat',
  };

  it('by a code is asked for once, and the code is kept', async () => {
    const first = await buy();
    const { orderId } = first;
    expect(orderId).toMatch(/^ord_[0-9A-Z]{26}$/);
    const codeUrl = `weixin://${orderId}`;
    const [openAttempt, row] = [
      { channel: 'wechat', method: 'qr', codeUrl },
      { number: orderId, channel: 'wechat', method: 'qr', state: 'open', codeUrl, nextAtMs: NOW_MS + 5000 },
    ];
    expect(first).toEqual({
      ...{
        orderId,
        planId: 'monthly_99',
        planNameZh: '月度会员',
        planNameEn: 'Monthly',
        channel: 'wechat',
        method: 'qr',
      },
      ...{
        state: 'pending',
        amountFen: 9900,
        credits: 100,
        days: 30,
        refundedFen: 0,
        codeUrl,
        attempts: [openAttempt],
      },
      ...{ createdAtMs: NOW_MS, expiresAtMs: END_MS },
    });
    expect(asked).toStrictEqual([{ ...ASKED, outTradeNo: orderId, method: 'qr' }]);
    expect(await attempts()).toEqual([row]);
    channel.failure = { error: unavailable(), after: false };
    expect(await buy()).toEqual(first);
    expect(asked).toHaveLength(1);
  });

  it('by a browser is asked for each time, says who pays and where to return to, and keeps no address', async () => {
    const payer = { method: 'h5', clientIp: '203.0.113.7', returnUrl: 'https://yiying.example.com/orders' };
    const { orderId, payUrl, codeUrl } = await buy(payer);
    const { notifyUrl, ...rest } = ASKED;
    const request = { ...rest, ...payer, outTradeNo: `${orderId}_h`, notifyUrl };
    expect([payUrl, codeUrl]).toEqual([`https://pay.example.com/${orderId}_h`, undefined]);
    await buy(payer);
    expect(asked).toStrictEqual([request, request]);
    expect(await attempts()).toMatchObject([{ number: `${orderId}_h`, method: 'h5', codeUrl: null }]);
  });

  it('beside another way of paying shows both, each with its own code', async () => {
    const { orderId } = await buy();
    const codeUrl = `weixin://${orderId}_a`;
    const alipay = memoryChannel('alipay', () => NOW_MS);
    const both = await buy({ nowMs: NOW_MS + 1 }, product.db, alipay);
    expect(both).toMatchObject({ orderId, channel: 'alipay', method: 'qr', codeUrl });
    expect(both.attempts).toEqual([
      { channel: 'alipay', method: 'qr', codeUrl },
      { channel: 'wechat', method: 'qr', codeUrl: `weixin://${orderId}` },
    ]);
    // What is known is answered with its own code, not with the newest.
    expect(await buy({ nowMs: NOW_MS + 2 })).toMatchObject({ channel: 'wechat', codeUrl: `weixin://${orderId}` });
    expect(asked).toHaveLength(1);
  });

  it('whose number its channel has closed is asked for again under it: what becomes of it is the channel’s to say', async () => {
    const { orderId } = await buy();
    await product.db.write("UPDATE order_attempts SET state = 'closed', query_at = NULL WHERE merchant_id = ?", [
      merchant,
    ]);
    const again = await buy();
    expect([again.codeUrl, again.attempts]).toEqual([`weixin://${orderId}`, []]);
    expect(asked.map(({ outTradeNo }) => outTradeNo)).toEqual([orderId, orderId]);
  });

  it('that was paid since is answered as it is, and nobody is asked', async () => {
    const { orderId } = await buy({ idempotencyKey: 'mine' });
    await settleOrder(product.db, channel.pay(orderId), 'notify', NOW_MS);
    const again = await buy({ idempotencyKey: 'mine' });
    expect(again).toMatchObject({ orderId, state: 'paid', method: 'qr', paidAtMs: NOW_MS });
    expect([again.codeUrl, again.attempts, asked.length]).toEqual([undefined, undefined, 1]);
  });

  it('that fails says so with what failed; what is no answer of a channel is no failure of it', async () => {
    const error = unavailable();
    channel.failure = { error, after: false };
    await expect(buy()).rejects.toMatchObject({ code: 'PAYMENT_CHANNEL_FAILED', cause: error });
    const broken = { ...channel, createOrder: () => Promise.reject(new TypeError('of our own')) };
    await expect(buy({}, product.db, broken)).rejects.toThrow(new TypeError('of our own'));
    expect(await attempts()).toMatchObject([{ state: 'open', codeUrl: null }]);
  });

  it('by a way that it has not is refused before anything is ordered', async () => {
    await expect(buy({ method: 'wap' })).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
    expect([asked, await attempts()]).toEqual([[], []]);
  });
});

describe('a purchase that is refused', () => {
  it('because the account was deleted since is none of a signed-in merchant', async () => {
    await product.db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [sqlTime(NOW_MS), merchant]);
    await expect(buy()).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect([asked, await attempts()]).toEqual([[], []]);
  });

  it('of another offer says what is sold now, by the yuan and to the fen; of a plan that was just taken off sale, that there is none', async () => {
    const offer = '9900-100-30-member';
    for (const [fen, yuan] of [
      [10_000, '100'],
      [9950, '99.50'],
    ] as const) {
      await product.db.write("UPDATE plans SET amount_fen = ? WHERE id = 'monthly_99'", [fen]);
      const zh = `现为 ¥${yuan}、100 额度、30 天，可用于会员功能`;
      const en = `it is ¥${yuan}, 100 credits and 30 days now, for all cards`;
      const fields = [{ path: 'offer', rule: 'plan', zh, en }];
      await expect(buy({ offer })).rejects.toMatchObject({ code: 'PLAN_CHANGED', fields });
    }
    const meanwhile: Database = {
      ...product.db,
      callProcedure: async <Row>(name: string, params: Parameters<Database['callProcedure']>[1]) => {
        const row = await product.db.callProcedure<Row>(name, params);
        await product.db.write("UPDATE plans SET on_sale = 0 WHERE id = 'monthly_99'");
        return row;
      },
    };
    await expect(buy({ offer }, meanwhile)).rejects.toMatchObject({ code: 'PLAN_NOT_FOUND' });
    await product.db.write("UPDATE plans SET amount_fen = 9900, on_sale = 1 WHERE id = 'monthly_99'");
    expect([asked, await attempts()]).toEqual([[], []]);
  });
});
