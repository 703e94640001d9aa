import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { NOW_MS } from '../../../fixtures/product-database.ts';
import { again, writeKey } from './operator-scenarios.ts';
import { at, closeAccount, expireLots, HASH, nextNumber, type Owner, type Scenario } from './scenario.ts';

const ordering = ({ id }: Pick<Owner, 'id'>, plan = 'monthly_99', key = `order-${nextNumber()}`): SqlValue[] => [
  ...[id, newId('ord_', NOW_MS), plan, 'wechat', 'qr', '', key, HASH, at(0), at(900_000), at(60_000)],
  ...[at(5000), 'req_1', null],
];

export async function order(db: Database, owner: Owner): Promise<string> {
  return (await db.callProcedure<{ order_id: string }>('create_order_v4', ordering(owner))).order_id;
}

interface Settling {
  readonly transaction?: string;
  readonly fen?: number;
  readonly channel?: string;
  readonly hold?: 0 | 1;
}

export const settling = (orderId: string, over: Settling = {}): SqlValue[] => [
  ...[orderId, over.channel ?? 'wechat', over.transaction ?? `tx-${nextNumber()}`, over.fen ?? 9900, at(0), 'notify'],
  ...[over.hold ?? 0, newId('pay_', NOW_MS), newId('lot_', NOW_MS), newId('rfd_', NOW_MS), at(0), null],
];

export async function paidOrder(db: Database, owner: Owner): Promise<string> {
  const orderId = await order(db, owner);
  await db.callProcedure('settle_order_v5', settling(orderId));
  return orderId;
}

export const refunding = (orderId: string, mode = 'whole', key = `refund-${nextNumber()}`): SqlValue[] => [
  ...[orderId, newId('rfd_', NOW_MS), mode, 'mch_operator', '客户申请', key, HASH, 'req_1', at(0), 'req_1'],
];

async function refund(db: Database, owner: Owner): Promise<string> {
  const params = refunding(await paidOrder(db, owner));
  return (await db.callProcedure<{ refund_id: string }>('create_refund_v4', params)).refund_id;
}

export const news = (refundId: string, state: string): SqlValue[] => [refundId, state, null, at(60_000), at(0)];

/** A refund of which the channel has said `known`, and about which `state` comes in. */
const toldOf =
  (known: string | undefined, state: string): Scenario['prepare'] =>
  async (db, owner) => {
    const refundId = await refund(db, owner);
    if (known !== undefined) await db.callProcedure('settle_refund_v4', news(refundId, known));
    return news(refundId, state);
  };

const lotOf = async (db: Database, owner: Owner): Promise<string> => {
  const [lot] = await db.query<{ id: string }>('SELECT id FROM quota_lots WHERE merchant_id = ?', [owner.id]);
  return lot?.id ?? '';
};

const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const create = of('create_order_v4');
const close = of('close_attempt_v1');
const settle = of('settle_order_v5');
const giveBack = of('create_refund_v4');
const settleRefund = of('settle_refund_v4');
const freeze = of('freeze_order_v3');
const setFreeze = of('set_order_freeze_v1');
const expire = of('expire_lot_v1');
const operate = of('set_operator_v1');

const role = (phone: string, as = 'operator'): SqlValue[] => [phone, as, '运营', 'command-line', 'req_1', at(0)];

const deciding = (orderId: string, frozen: 0 | 1): SqlValue[] => [
  ...['mch_operator', orderId, frozen, '渠道查无此单', ...writeKey()],
];
const freezing = async (db: Database, owner: Owner): Promise<SqlValue[]> => deciding(await paidOrder(db, owner), 1);
const releasing = async (db: Database, owner: Owner): Promise<SqlValue[]> => {
  const orderId = await paidOrder(db, owner);
  await db.callProcedure('freeze_order_v3', [orderId, 1, at(0), null]);
  return deciding(orderId, 0);
};

export const ORDER_SCENARIOS: readonly Scenario[] = [
  create('created', async (_db, owner) => ordering(owner)),
  create('pending', async (db, owner) => {
    await order(db, owner);
    return ordering(owner);
  }),
  create('replayed', async (db, owner) => {
    const params = ordering(owner);
    await db.callProcedure('create_order_v4', params);
    return params;
  }),
  create('conflict', async (db, owner) => {
    const params = ordering(owner);
    await db.callProcedure('create_order_v4', params);
    return params.with(7, 'b'.repeat(64));
  }),
  create('no_plan', async (_db, owner) => ordering(owner, 'no_such_plan')),
  create('plan_changed', async (_db, owner) => ordering(owner).with(-1, '9900-100-31-member')),
  create('no_account', async () => ordering({ id: 'mch_nobody' })),
  create('no_account', async (db, owner) => {
    await closeAccount(db, owner);
    return ordering(owner);
  }),
  close('closed', async (db, owner) => [await order(db, owner), at(900_000)]),
  close('unchanged', async (db, owner) => [await paidOrder(db, owner), at(900_000)]),
  close('unknown', async () => ['ord_nobody', at(900_000)]),
  settle('granted', async (db, owner) => settling(await order(db, owner))),
  settle('duplicate', async (db, owner) => {
    const params = settling(await order(db, owner));
    await db.callProcedure('settle_order_v5', params);
    return params;
  }),
  settle('refund_due', async (db, owner) => {
    const orderId = await order(db, owner);
    await db.callProcedure('settle_order_v5', settling(orderId));
    return settling(orderId);
  }),
  settle('amount_mismatch', async (db, owner) => settling(await order(db, owner), { fen: 1 })),
  settle('wrong_channel', async (db, owner) => settling(await order(db, owner), { channel: 'alipay' })),
  settle('unknown', async () => settling('ord_nobody')),
  settle('held', async (db, owner) => settling(await order(db, owner), { hold: 1 })),
  settle('ownerless', async (db, owner) => {
    const orderId = await order(db, owner);
    await closeAccount(db, owner);
    return settling(orderId);
  }),
  settle('held', async (db, owner) => {
    const orderId = await order(db, owner);
    await closeAccount(db, owner);
    return settling(orderId, { hold: 1 });
  }),
  giveBack('created', async (db, owner) => refunding(await paidOrder(db, owner))),
  giveBack('replayed', async (db, owner) => {
    const params = refunding(await paidOrder(db, owner));
    await db.callProcedure('create_refund_v4', params);
    return params.with(1, newId('rfd_', NOW_MS));
  }),
  giveBack('conflict', async (db, owner) => {
    const params = refunding(await paidOrder(db, owner));
    await db.callProcedure('create_refund_v4', params);
    return params.with(6, 'b'.repeat(64));
  }),
  giveBack('unknown', async () => refunding('ord_nobody')),
  giveBack('not_paid', async (db, owner) => refunding(await order(db, owner))),
  giveBack('nothing_left', async (db, owner) => {
    const orderId = await paidOrder(db, owner);
    await db.callProcedure('create_refund_v4', refunding(orderId));
    return refunding(orderId);
  }),
  giveBack('nothing_unused', async (db, owner) => {
    const orderId = await paidOrder(db, owner);
    await expireLots(db, owner);
    return refunding(orderId, 'unused');
  }),
  settleRefund('succeeded', toldOf('processing', 'succeeded')),
  settleRefund('closed', toldOf('abnormal', 'closed')),
  settleRefund('ownerless', async (db, owner) => {
    const refundId = await refund(db, owner);
    await closeAccount(db, owner);
    return news(refundId, 'closed');
  }),
  settleRefund('noted', toldOf(undefined, 'processing')),
  settleRefund('ended', toldOf('succeeded', 'processing')),
  settleRefund('contradicted', toldOf('closed', 'succeeded')),
  settleRefund('unknown', async () => news('rfd_nobody', 'succeeded')),
  freeze('frozen', async (db, owner) => [await paidOrder(db, owner), 1, at(0), null]),
  freeze('released', async (db, owner) => {
    const orderId = await paidOrder(db, owner);
    await db.callProcedure('freeze_order_v3', [orderId, 1, at(0), null]);
    return [orderId, 0, at(0), null];
  }),
  freeze('frozen', async (db, owner) => [await paidOrder(db, owner), 1, at(0), await lotOf(db, owner)]),
  freeze('unchanged', async (db, owner) => [await paidOrder(db, owner), 0, at(0), null]),
  freeze('unchanged', async (db, owner) => {
    const orderId = await paidOrder(db, owner);
    await db.callProcedure('freeze_order_v3', [orderId, 1, at(0), null]);
    await closeAccount(db, owner);
    return [orderId, 0, at(0), null];
  }),
  freeze('unknown', async (db, owner) => [await order(db, owner), 1, at(0), null]),
  setFreeze('frozen', freezing),
  setFreeze('released', releasing),
  setFreeze('replayed', again('set_order_freeze_v1', releasing)),
  setFreeze('conflict', again('set_order_freeze_v1', freezing, 'b'.repeat(64))),
  setFreeze('unknown', async () => deciding('ord_nobody', 1)),
  setFreeze('not_granted', async (db, owner) => deciding(await order(db, owner), 1)),
  setFreeze('unchanged', async (db, owner) => deciding(await paidOrder(db, owner), 0)),
  setFreeze('refused', async (db, owner) => {
    const params = await releasing(db, owner);
    await closeAccount(db, owner);
    return params;
  }),
  setFreeze('refused', async (db, owner) => {
    const orderId = await paidOrder(db, owner);
    await db.callProcedure('create_refund_v4', refunding(orderId));
    return deciding(orderId, 0);
  }),
  expire('expired', async (db, owner) => {
    await paidOrder(db, owner);
    await expireLots(db, owner);
    return [owner.id, await lotOf(db, owner), at(0)];
  }),
  expire('not_due', async (db, owner) => {
    await paidOrder(db, owner);
    return [owner.id, await lotOf(db, owner), at(0)];
  }),
  operate('created', async (_db, owner) => role(owner.phone)),
  operate('changed', async (db, owner) => {
    await db.callProcedure('set_operator_v1', role(owner.phone, 'support'));
    return role(owner.phone);
  }),
  operate('unchanged', async (db, owner) => {
    await db.callProcedure('set_operator_v1', role(owner.phone));
    return role(owner.phone);
  }),
  operate('unknown_phone', async () => role('13100000000')),
];
