import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { newId } from '../../../../shared/id.ts';
import { FRESH_LOT_MS } from '../../../../shared/tasks/task.ts';
import { DAY_MS, grantCredits, NOW_MS } from '../../../fixtures/product-database.ts';
import { again, writeKey } from './operator-scenarios.ts';
import { at, closeAccount, leasedUnit, type Owner, type Scenario } from './scenario.ts';

const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const view = of('begin_view_v1');
const listed = of('set_card_merchant_v1');
const rerun = of('rerun_task_v1');

const NOBODY = 'mch_nobody';
const viewing = async (_db: Database, { id }: { id: string }): Promise<SqlValue[]> => [
  ...['mch_operator', 'ses_operator', 'support', id, newId('vew_', NOW_MS), at(600_000), '客户来电', ...writeKey()],
];
const listing = async (_db: Database, { id }: { id: string }, allowed = 1, card = 'poster'): Promise<SqlValue[]> => [
  ...['mch_operator', card, id, allowed, '内测', ...writeKey()],
];
const delisting = async (db: Database, owner: Owner): Promise<SqlValue[]> => {
  const params = await listing(db, owner);
  await db.callProcedure('set_card_merchant_v1', params);
  return listing(db, owner, 0);
};
const gone = (db: Database, { id }: Owner) => db.write("UPDATE merchants SET state = 'deleted' WHERE id = ?", [id]);

const PLAN = JSON.stringify([{ processor: 'basic-clean', units: 1, timeLimitSeconds: 240, attempts: 3 }]);

interface Rerunning {
  readonly retryOf?: string;
  readonly feature?: string;
  readonly version?: number;
  readonly credits?: number | null;
  readonly inputs?: number;
  readonly plan?: string | null;
  readonly takeOver?: number;
  readonly goodwill?: number;
}

const rerunning = (merchantId: string, over: Rerunning = {}): SqlValue[] => {
  const { retryOf = 'tsk_old', feature = 'basic_clean', version = 2, credits = null, inputs = 1, plan = PLAN } = over;
  return [
    ...['mch_operator', merchantId, newId('tsk_', NOW_MS), feature, version, retryOf, over.takeOver ?? 0, 0, credits],
    JSON.stringify(Array.from({ length: inputs }, () => ({ contentType: 'image/jpeg', sizeBytes: 1000 }))),
    ...['{}', plan, over.goodwill ?? 0, newId('lot_', NOW_MS), at(FRESH_LOT_MS), at(3_600_000), at(60_000), at(30_000)],
    ...['req_1', '引擎故障', ...writeKey()],
  ];
};
const paid = async (db: Database, owner: Owner): Promise<SqlValue[]> => {
  await grantCredits(db, owner.id, 5);
  return rerunning(owner.id);
};
const with5 = (over: Rerunning) => async (db: Database, owner: Owner) => {
  await grantCredits(db, owner.id, 5);
  return rerunning(owner.id, over);
};

/** What operators do in support of one merchant. */
export const SUPPORT_SCENARIOS: readonly Scenario[] = [
  view('begun', viewing),
  view('replayed', again('begin_view_v1', viewing)),
  view('conflict', again('begin_view_v1', viewing, 'b'.repeat(64))),
  view('unknown', (db) => viewing(db, { id: NOBODY })),
  view('unknown', async (db, owner) => {
    await gone(db, owner);
    return viewing(db, owner);
  }),
  listed('done', listing),
  listed('done', delisting),
  listed('done', async (db, owner) => {
    const params = await delisting(db, owner);
    await gone(db, owner);
    return params;
  }),
  listed('replayed', again('set_card_merchant_v1', listing)),
  listed('conflict', again('set_card_merchant_v1', listing, 'b'.repeat(64))),
  listed('unknown', (db) => listing(db, { id: NOBODY })),
  listed('unknown', async (db, owner) => {
    await gone(db, owner);
    return listing(db, owner);
  }),
  listed('no_card', (db, owner) => listing(db, owner, 1, 'no_such_card')),
  rerun('created', paid),
  rerun('created', async (_db, owner) => rerunning(owner.id, { goodwill: 1 })),
  rerun('created', with5({ feature: 'copywriting', inputs: 0 })),
  rerun('created', async (db, owner) => {
    // Goes on where another has failed, for a part of the price.
    const { taskId } = await leasedUnit(db, owner);
    await db.write("UPDATE task_units SET state = 'done', lease_ends_at = NULL, sweep_at = NULL WHERE task_id = ?", [
      taskId,
    ]);
    return rerunning(owner.id, { retryOf: taskId, takeOver: 1, credits: 1 });
  }),
  rerun('replayed', again('rerun_task_v1', paid)),
  rerun('conflict', again('rerun_task_v1', paid, 'b'.repeat(64))),
  rerun('no_feature', with5({ feature: 'no_such_card' })),
  rerun('closed', async (db, owner) => {
    await grantCredits(db, owner.id, 5);
    // Only for those who are named; this merchant is not.
    await db.write(
      `INSERT IGNORE INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled,
         max_inputs, form_json, pipeline_json, outputs_json, position)
       SELECT 'for_named', version, name_zh, name_en, category, summary_zh, summary_en, credits, 'whitelist', 1, max_inputs,
         form_json, pipeline_json, outputs_json, position FROM features WHERE id = 'basic_clean'`,
    );
    return rerunning(owner.id, { feature: 'for_named' });
  }),
  rerun('changed', with5({ version: 99 })),
  rerun('too_many_inputs', with5({ inputs: 2 })),
  rerun('invalid_form', with5({ plan: null })),
  rerun('no_account', async () => rerunning(NOBODY)),
  rerun('no_account', async (db, owner) => {
    await closeAccount(db, owner);
    return paid(db, owner);
  }),
  rerun('not_a_member', async (_db, owner) => rerunning(owner.id)),
  rerun('credits_short', async (db, owner) => {
    await grantCredits(db, owner.id, 1, { expiresAtMs: NOW_MS + DAY_MS });
    return rerunning(owner.id, { credits: 2 });
  }),
];
