import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { NOW_MS } from '../../../fixtures/product-database.ts';
import { again, writeKey } from './operator-scenarios.ts';
import { at, closeAccount, freshHash, HASH, nextNumber, type Owner, type Scenario } from './scenario.ts';

const making = (codeHash: string, uses = 1): SqlValue[] => [
  ...[newId('rdb_', NOW_MS), '活动', 1, 20, 30, 'member', uses, at(60_000), codeHash, 'ABCD', 'mch_operator', '活动'],
  ...[`batch-${nextNumber()}`, HASH, 'req_1', at(0)],
];

/** A batch of one code. */
async function code(db: Database, uses = 1): Promise<{ codeHash: string; batchId: string }> {
  const codeHash = freshHash();
  const params = making(codeHash, uses);
  await db.callProcedure('create_redeem_batch_v1', params);
  return { codeHash, batchId: String(params[0]) };
}

const redeeming = ({ id }: Pick<Owner, 'id'>, codeHash: string, key = `redeem-${nextNumber()}`): SqlValue[] => [
  ...[id, codeHash, newId('lot_', NOW_MS), key, at(0)],
];
const revoking = (batchId: string): SqlValue[] => ['mch_operator', batchId, '活动结束', ...writeKey()];
const revokingOne = async (db: Database) => revoking((await code(db)).batchId);

const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const redeem = of('redeem_code_v2');
const make = of('create_redeem_batch_v1');
const revoke = of('revoke_redeem_batch_v2');

export const GROWTH_SCENARIOS: readonly Scenario[] = [
  redeem('redeemed', async (db, owner) => redeeming(owner, (await code(db)).codeHash)),
  redeem('redeemed', async (db, owner) => {
    await db.callProcedure('redeem_code_v2', redeeming(owner, (await code(db)).codeHash));
    return redeeming(owner, (await code(db)).codeHash);
  }),
  redeem('replayed', async (db, owner) => {
    const params = redeeming(owner, (await code(db)).codeHash);
    await db.callProcedure('redeem_code_v2', params);
    return params.with(2, newId('lot_', NOW_MS));
  }),
  redeem('conflict', async (db, owner) => {
    const params = redeeming(owner, (await code(db)).codeHash);
    await db.callProcedure('redeem_code_v2', params);
    return params.with(1, (await code(db)).codeHash);
  }),
  redeem('no_account', async (db) => redeeming({ id: 'mch_nobody' }, (await code(db)).codeHash)),
  redeem('no_account', async (db, owner) => {
    await closeAccount(db, owner);
    return redeeming(owner, (await code(db)).codeHash);
  }),
  redeem('unknown', async (_db, owner) => redeeming(owner, freshHash())),
  redeem('over', async (db, owner) => {
    const { codeHash, batchId } = await code(db);
    await db.callProcedure('revoke_redeem_batch_v2', revoking(batchId));
    return redeeming(owner, codeHash);
  }),
  redeem('already_yours', async (db, owner) => {
    const { codeHash } = await code(db, 5);
    await db.callProcedure('redeem_code_v2', redeeming(owner, codeHash));
    return redeeming(owner, codeHash);
  }),
  redeem('used_up', async (db, owner) => {
    const { codeHash } = await code(db);
    await db.write('UPDATE redeem_codes SET used = 1 WHERE code_hash = ?', [codeHash]);
    return redeeming(owner, codeHash);
  }),
  make('created', async () => making(freshHash())),
  make('shown', async (db) => {
    const params = making(freshHash());
    await db.callProcedure('create_redeem_batch_v1', params);
    return params.with(0, newId('rdb_', NOW_MS));
  }),
  make('conflict', async (db) => {
    const params = making(freshHash());
    await db.callProcedure('create_redeem_batch_v1', params);
    return params.with(0, newId('rdb_', NOW_MS)).with(13, 'b'.repeat(64));
  }),
  revoke('revoked', revokingOne),
  revoke('replayed', again('revoke_redeem_batch_v2', revokingOne)),
  revoke('conflict', again('revoke_redeem_batch_v2', revokingOne, 'b'.repeat(64))),
  revoke('unchanged', async (db) => {
    const { batchId } = await code(db);
    await db.callProcedure('revoke_redeem_batch_v2', revoking(batchId));
    return revoking(batchId);
  }),
  revoke('unknown', async () => revoking('rdb_nobody')),
];
