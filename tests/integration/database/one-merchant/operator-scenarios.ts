import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { DAY_MS, grantCredits, NOW_MS } from '../../../fixtures/product-database.ts';
import { at, closeAccount, HASH, nextNumber, type Owner, type Scenario } from './scenario.ts';

/** The last four parameters of an operator's write. */
export const writeKey = (): SqlValue[] => [`write-${nextNumber()}`, HASH, 'req_1', at(0)];
const sessionOf = ({ id }: Owner) => `ses_${id.slice(4)}`;
const beginning = (owner: Owner): SqlValue[] => [owner.id, sessionOf(owner), 'sealed', at(-900_000), ...writeKey()];
const showing = (owner: Owner, counter = 9): SqlValue[] => [
  ...[owner.id, sessionOf(owner), 'step-up', null, counter, at(900_000), ...writeKey()],
];

async function openSession(db: Database, owner: Owner): Promise<void> {
  await db.write(
    `INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at) VALUES (?, ?, '', '', ?, ?, ?)`,
    [sessionOf(owner), owner.id, at(0), at(0), at(900_000)],
  );
}

async function haveSecret(db: Database, owner: Owner): Promise<void> {
  await db.write("INSERT INTO operator_totps (merchant_id, sealed, last_counter, created_at) VALUES (?, 'old', 5, ?)", [
    ...[owner.id, at(0)],
  ]);
}

const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const begin = of('begin_totp_v1');
const use = of('use_totp_v1');
const reset = of('reset_totp_v1');

/** The call has been made before, by these parameters; `hash`: what it is said to have been now. */
export const again =
  (procedure: string, first: (db: Database, owner: Owner) => Promise<SqlValue[]>, hash = HASH): Scenario['prepare'] =>
  async (db, owner) => {
    const params = await first(db, owner);
    await db.callProcedure(procedure, params);
    return params.with(-3, hash);
  };

const fresh = async (db: Database, owner: Owner) => {
  await openSession(db, owner);
  return beginning(owner);
};
const enrolled = async (db: Database, owner: Owner) => {
  await haveSecret(db, owner);
  return showing(owner);
};

const grant = of('grant_credits_v1');
const revoke = of('revoke_credits_v1');
const setState = of('set_merchant_state_v2');
const resolve = of('resolve_case_v1');
const setRole = of('set_operator_role_v1');

const granting = async (_db: Database, { id }: Owner): Promise<SqlValue[]> => [
  ...['mch_operator', id, newId('lot_', NOW_MS), 5, 'member', at(DAY_MS), '补偿', ...writeKey()],
];
const revoking = async (db: Database, { id }: Owner, credits = 2): Promise<SqlValue[]> => [
  ...['mch_operator', id, await grantCredits(db, id, 5), credits, '误发', ...writeKey()],
];
const suspending = async (db: Database, owner: Owner): Promise<SqlValue[]> => {
  await db.write('DELETE FROM sessions WHERE id = ?', [sessionOf(owner)]);
  await openSession(db, owner);
  return ['mch_operator', owner.id, 'suspended', '违规', ...writeKey()];
};
const resolving = async (db: Database): Promise<SqlValue[]> => {
  const id = newId('cas_', NOW_MS);
  await db.write(
    `INSERT INTO reconciliation_cases (id, class, channel, subject, state, remedy, created_at)
     VALUES (?, 'paid_twice', 'wechat', ?, 'open', 'none', ?)`,
    [id, id, at(0)],
  );
  return ['mch_operator', id, '已处理', ...writeKey()];
};
/** The operator who gives or takes a role must hold one. */
const setting = async (db: Database, { id }: Pick<Owner, 'id'>, role = 'support'): Promise<SqlValue[]> => {
  await db.write(
    "INSERT IGNORE INTO operators (merchant_id, role, name, created_at) VALUES ('mch_operator', 'operator', '', ?)",
    [at(0)],
  );
  return ['mch_operator', id, role, '周客服', '{}', '入职', ...writeKey()];
};
const settingFirst = (db: Database, owner: Owner) => setting(db, owner);
const NOBODY = ['mch_operator', 'mch_nobody'];

export const OPERATOR_SCENARIOS: readonly Scenario[] = [
  grant('granted', granting),
  grant('replayed', again('grant_credits_v1', granting)),
  grant('conflict', again('grant_credits_v1', granting, 'b'.repeat(64))),
  grant('unknown', async (db, owner) => {
    await closeAccount(db, owner);
    return granting(db, owner);
  }),
  grant('unknown', async () => [...NOBODY, newId('lot_', NOW_MS), 5, 'member', at(DAY_MS), '补偿', ...writeKey()]),
  revoke('revoked', revoking),
  revoke('replayed', again('revoke_credits_v1', revoking)),
  revoke('conflict', again('revoke_credits_v1', revoking, 'b'.repeat(64))),
  revoke('unknown', async () => [...NOBODY, 'lot_none', 1, '误发', ...writeKey()]),
  revoke('short', (db, owner) => revoking(db, owner, 6)),
  setState('done', suspending),
  setState('replayed', again('set_merchant_state_v2', suspending)),
  setState('conflict', again('set_merchant_state_v2', suspending, 'b'.repeat(64))),
  setState('unknown', async () => [...NOBODY, 'suspended', '违规', ...writeKey()]),
  setRole('done', settingFirst),
  setRole('done', async (db, owner) => {
    await db.callProcedure('set_operator_role_v1', await setting(db, owner));
    return setting(db, owner, 'none');
  }),
  setRole('replayed', again('set_operator_role_v1', settingFirst)),
  setRole('conflict', again('set_operator_role_v1', settingFirst, 'b'.repeat(64))),
  setRole('own', async (db, owner) => (await setting(db, owner)).with(0, owner.id)),
  setRole('not_operator', async (_db, { id }) => ['mch_nobody', id, 'support', '', '{}', '入职', ...writeKey()]),
  setRole('unknown', (db) => setting(db, { id: 'mch_nobody' })),
  setRole('unknown', (db, owner) => setting(db, owner, 'none')),
  resolve('resolved', resolving),
  resolve('replayed', again('resolve_case_v1', resolving)),
  resolve('conflict', again('resolve_case_v1', resolving, 'b'.repeat(64))),
  resolve('unknown', async () => ['mch_operator', 'cas_none', '已处理', ...writeKey()]),
  resolve('ended', async (db) => {
    const params = await resolving(db);
    await db.callProcedure('resolve_case_v1', params);
    return params.with(-4, `write-${nextNumber()}`);
  }),
  begin('begun', fresh),
  begin('replayed', again('begin_totp_v1', fresh)),
  begin('conflict', again('begin_totp_v1', fresh, 'b'.repeat(64))),
  begin('stale_session', async (_db, owner) => beginning(owner)),
  begin('step_up_required', async (db, owner) => {
    await haveSecret(db, owner);
    return fresh(db, owner);
  }),
  use('used', enrolled),
  use('replayed', again('use_totp_v1', enrolled)),
  use('conflict', again('use_totp_v1', enrolled, 'b'.repeat(64))),
  use('spent', async (db, owner) => {
    await haveSecret(db, owner);
    return showing(owner, 5);
  }),
  use('no_secret', async (_db, owner) => showing(owner)),
  reset('reset', async (db, owner) => {
    await haveSecret(db, owner);
    return [owner.phone, 'command-line', 'req_1', at(0)];
  }),
  reset('not_enrolled', async (_db, owner) => [owner.phone, 'command-line', 'req_1', at(0)]),
  reset('unknown_phone', async () => ['13100000000', 'command-line', 'req_1', at(0)]),
];
