import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { NOW_MS } from '../../../fixtures/product-database.ts';
import { at, HASH, nextNumber, type Owner, type Scenario } from './scenario.ts';

const ordering = ({ id }: Pick<Owner, 'id'>, plan = 'monthly_99', key = `order-${nextNumber()}`): SqlValue[] => [
  ...[id, newId('ord_', NOW_MS), plan, 'wechat', key, HASH, at(0), at(900_000), at(60_000)],
];

async function order(db: Database, owner: Owner): Promise<string> {
  return (await db.callProcedure<{ order_id: string }>('create_order_v1', ordering(owner))).order_id;
}

const settling = (orderId: string, over: { transaction?: string; fen?: number; channel?: string } = {}): SqlValue[] => [
  ...[orderId, over.channel ?? 'wechat', over.transaction ?? `tx-${nextNumber()}`, over.fen ?? 9900, at(0), 'notify'],
  ...[newId('pay_', NOW_MS), newId('lot_', NOW_MS), at(0)],
];

const create = (outcome: string, prepare: Scenario['prepare']): Scenario => ({
  ...{ procedure: 'create_order_v1', outcome, prepare },
});
const settle = (outcome: string, prepare: Scenario['prepare']): Scenario => ({
  ...{ procedure: 'settle_order_v1', outcome, prepare },
});

export const ORDER_SCENARIOS: readonly Scenario[] = [
  create('created', async (_db, owner) => ordering(owner)),
  create('pending', async (db, owner) => {
    await order(db, owner);
    return ordering(owner);
  }),
  create('replayed', async (db, owner) => {
    const params = ordering(owner);
    await db.callProcedure('create_order_v1', params);
    return params;
  }),
  create('conflict', async (db, owner) => {
    const params = ordering(owner);
    await db.callProcedure('create_order_v1', params);
    return params.with(5, 'b'.repeat(64));
  }),
  create('no_plan', async (_db, owner) => ordering(owner, 'no_such_plan')),
  create('no_account', async () => ordering({ id: 'mch_nobody' })),
  settle('granted', async (db, owner) => settling(await order(db, owner))),
  settle('duplicate', async (db, owner) => {
    const params = settling(await order(db, owner));
    await db.callProcedure('settle_order_v1', params);
    return params;
  }),
  settle('refund_due', async (db, owner) => {
    const orderId = await order(db, owner);
    await db.callProcedure('settle_order_v1', settling(orderId));
    return settling(orderId);
  }),
  settle('amount_mismatch', async (db, owner) => settling(await order(db, owner), { fen: 1 })),
  settle('wrong_channel', async (db, owner) => settling(await order(db, owner), { channel: 'alipay' })),
  settle('unknown', async () => settling('ord_nobody')),
];
