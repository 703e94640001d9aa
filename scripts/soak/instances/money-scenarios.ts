import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { HOUR_MS, merchantWith } from '../bursts/arena.ts';
import type { FaultGround } from './fault-ground.ts';
import { type RequestParts, requestEvent, timerEvent } from './function-events.ts';
import { newOperator } from './ops-scenarios.ts';
import type { Scenario } from './scenario.ts';

/** `as`: who has signed in. */
type As = (ground: FaultGround, merchant: string, name: string, parts?: RequestParts) => Promise<object>;
type Order = (ground: FaultGround) => Promise<{ merchant: string; orderId: string }>;

const PHONE = '13900000002';

/** What the functions about money do; `as` and `order` are the other scenarios' own. */
export function moneyScenarios(as: As, order: Order): Record<string, Scenario> {
  /** An order that was paid at the cashier and settled here by its notice. */
  const paidOrder: Order = async (ground) => {
    const { stage, call } = ground;
    const made = await order(ground);
    stage.cashier.pay(made.orderId);
    await stage.cashier.tick();
    const notice = stage.cashier.sent().findLast(({ outTradeNo }) => outTradeNo === made.orderId);
    if (!notice) throw new Error('no notice of this order');
    const headers = Object.entries(notice.headers).map(([name, value]) => [name.toLowerCase(), value]);
    const parts = { rawBody: notice.body, headers: Object.fromEntries(headers) as Record<string, string> };
    await call('pay-callback-wechat', requestEvent('pay-callback-wechat', parts));
    return made;
  };

  const paidNowhere = async ({ stage }: FaultGround, orderId: string): Promise<void> => {
    const at = sqlTime(stage.nowMs);
    await stage.plain.query('CALL settle_order_v5(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      ...[orderId, 'wechat', `nowhere-${orderId}`.slice(0, 32), 9900, at, 'notify', 0],
      ...[newId('pay_', stage.nowMs), newId('lot_', stage.nowMs), newId('rfd_', stage.nowMs), at, null],
    ]);
  };

  let days = 0;
  return {
    'list-orders': {
      prepare: async (ground) => as(ground, (await order(ground)).merchant, 'list-orders'),
    },
    'get-receipt': {
      prepare: async (ground) => {
        const { merchant, orderId } = await paidOrder(ground);
        return as(ground, merchant, 'get-receipt', { query: { orderId } });
      },
    },
    'request-invoice': {
      prepare: async (ground) => {
        const { merchant, orderId } = await paidOrder(ground);
        const body = { orderId, titleKind: 'personal', title: '张三', email: 'a@example.com' };
        return as(ground, merchant, 'request-invoice', { body });
      },
    },
    'fulfil-invoice': {
      prepare: async (ground) => {
        const { merchant, orderId } = await paidOrder(ground);
        const asked = { orderId, titleKind: 'personal', title: '张三', email: 'a@example.com' };
        await ground.call('request-invoice', await as(ground, merchant, 'request-invoice', { body: asked }));
        const body = { orderId, state: 'issued', amountFen: 9900, invoiceNumber: '12345678', reason: '已开具' };
        return as(ground, await newOperator(ground), 'fulfil-invoice', { body });
      },
      timeless: true,
    },
    'refund-order': {
      prepare: async (ground) => {
        const { stage } = ground;
        const { orderId } = await paidOrder(ground);
        const operator = await newOperator(ground);
        // The channel wants a minute between a payment and its refund.
        stage.nowMs += 2 * 60_000;
        return as(ground, operator, 'refund-order', { body: { orderId, mode: 'whole', reason: '客户申请' } });
      },
      asksAgain: 'reconcile-orders',
    },
    'set-order-freeze': {
      prepare: async (ground) => {
        const { orderId } = await paidOrder(ground);
        const body = { orderId, frozen: true, reason: '渠道查无此单' };
        return as(ground, await newOperator(ground), 'set-order-freeze', { body });
      },
      timeless: true,
    },
    'reconcile-orders': {
      prepare: async (ground) => {
        const { stage } = ground;
        const paid = await order(ground);
        stage.cashier.pay(paid.orderId, { fault: 'lost' });
        await order(ground);
        // The one was paid and nobody heard of it; the other is over.
        stage.nowMs += 16 * 60_000;
        return timerEvent('reconcile-orders');
      },
      asksAgain: 'reconcile-orders',
    },
    'reconcile-bills': {
      prepare: async (ground) => {
        // A day of its own for each run: the cashier remembers the others'.
        days += 1;
        ground.stage.nowMs += days * 24 * HOUR_MS;
        await paidOrder(ground);
        // One that was paid and told nobody is granted; one that only our books call paid is frozen.
        ground.stage.cashier.pay((await order(ground)).orderId, { fault: 'lost' });
        await paidNowhere(ground, (await order(ground)).orderId);
        ground.stage.nowMs += 24 * HOUR_MS;
        return timerEvent('reconcile-bills');
      },
      asksAgain: 'reconcile-bills',
      timeless: true,
      ignores: ['bill_days'],
    },
    'expire-credits': {
      prepare: async (ground) => {
        await merchantWith(ground.arena, [3, 2], ground.stage.nowMs + HOUR_MS);
        ground.stage.nowMs += 24 * HOUR_MS;
        return timerEvent('expire-credits');
      },
      timeless: true,
    },
    'create-operator': {
      prepare: async ({ stage }) => {
        const params = [newId('mch_', stage.nowMs), PHONE, sqlTime(stage.nowMs)];
        await stage.plain.query('INSERT INTO merchants (id, phone, created_at) VALUES (?, ?, ?)', params);
        return { phone: PHONE, name: '运营', role: 'operator' };
      },
      timeless: true,
    },
  };
}
