import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { sqlTime } from '../../../../shared/db/sql-time.ts';
import { newId } from '../../../../shared/id.ts';
import { DAY_MS, NOW_MS } from '../../../fixtures/product-database.ts';
import { again, writeKey } from './operator-scenarios.ts';
import { news, order, paidOrder, refunding, settling } from './order-scenarios.ts';
import { at, closeAccount, HASH, newOwner, nextNumber, type Owner, type Scenario } from './scenario.ts';
import { code, use } from './sign-in-scenarios.ts';

const of =
  (procedure: string) =>
  (outcome: string, prepare: Scenario['prepare']): Scenario => ({ procedure, outcome, prepare });
const settle = of('settle_commission_v2');
const request = of('request_withdrawal_v1');
const decide = of('decide_withdrawal_v1');
const save = of('save_growth_v1');

const codeOf = ({ id }: Owner): string => id.slice(-8);

/** Referral and welcome credits are on. */
const turnOn = (db: Database) =>
  db.write(
    `REPLACE INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on,
       welcome_credits, welcome_days, saved_by) VALUES (1, 1, 1500, 'fen', 90, 10000, 1, 10, 30, '')`,
  );

const openAccount = (db: Database, owner: Owner, balanceFen = 0) =>
  db.write('INSERT IGNORE INTO referral_accounts (merchant_id, code, balance_fen, created_at) VALUES (?, ?, ?, ?)', [
    ...[owner.id, codeOf(owner), balanceFen, at(0)],
  ]);

/** `invitee` has come by the code of `inviter`. */
async function invite(db: Database, inviter: Owner, invitee: Owner): Promise<void> {
  await turnOn(db);
  await openAccount(db, inviter);
  await db.write('INSERT IGNORE INTO referrals (merchant_id, inviter_id, created_at) VALUES (?, ?, ?)', [
    ...[invitee.id, inviter.id, at(0)],
  ]);
}

/** Who was invited by somebody else. */
async function invited(db: Database, owner: Owner): Promise<Owner> {
  await invite(db, await newOwner(db), owner);
  return owner;
}

interface Look {
  readonly afterMs?: number;
  readonly unit?: string;
  readonly changes?: number;
  readonly refundedFen?: number;
  readonly held?: 0 | 1;
}
/** Of an order of ¥99 and 100 credits, as somebody has seen it. */
const booking = (owner: Pick<Owner, 'id'>, orderId: string, look: Look = {}): SqlValue[] => [
  ...[owner.id, orderId, look.changes ?? 1, 9900, look.refundedFen ?? 0, 100, 'member', at(0), null, 0],
  ...[look.held ?? 0, 1500, look.unit ?? 'fen', 90],
  ...[newId('cms_', NOW_MS), newId('lot_', NOW_MS), at(look.afterMs ?? 0)],
];
const RELEASE = { afterMs: 7 * DAY_MS };
const REFUNDED = { changes: 2, refundedFen: 5000 };
const RESTORED = { changes: 3 };
const WHOLE = { changes: 4, refundedFen: 9900 };

/** Its commission was booked, and released as well. */
async function booked(db: Database, owner: Owner, unit = 'fen'): Promise<string> {
  const orderId = newId('ord_', NOW_MS);
  await openAccount(db, owner);
  await db.callProcedure('settle_commission_v2', booking(owner, orderId, { unit }));
  return orderId;
}
async function released(db: Database, owner: Owner, unit = 'fen'): Promise<string> {
  const orderId = await booked(db, owner, unit);
  await db.callProcedure('settle_commission_v2', booking(owner, orderId, RELEASE));
  return orderId;
}

/** In credits: a part was taken back and came again, in a second lot. */
async function restored(db: Database, owner: Owner): Promise<string> {
  const orderId = await released(db, owner, 'credits');
  for (const look of [REFUNDED, RESTORED])
    await db.callProcedure('settle_commission_v2', booking(owner, orderId, look));
  return orderId;
}

const asking = (owner: Pick<Owner, 'id'>, fen = 15_000, key = `withdraw-${nextNumber()}`): SqlValue[] => [
  ...[owner.id, newId('wdr_', NOW_MS), fen, 'alipay', 'sealed', '王* 138****5678', key, HASH, at(0)],
];
async function asked(db: Database, owner: Owner, balanceFen = 20_000): Promise<SqlValue[]> {
  await turnOn(db);
  await openAccount(db, owner, balanceFen);
  const params = asking(owner);
  await db.callProcedure('request_withdrawal_v1', params);
  return params;
}
const deciding = (withdrawalId: SqlValue, state = 'rejected'): SqlValue[] => [
  ...['mch_operator', withdrawalId, state, state === 'paid' ? 'ref-1' : null, '核对', ...writeKey()],
];
const decidingAsked = async (db: Database, owner: Owner) => deciding((await asked(db, owner))[1] ?? null);

const savingOver = (base: string | null): SqlValue[] => [
  ...['mch_operator', base, 1, 2000, 'credits', 30, 5000, 1, 5, 7, '{}', '活动', ...writeKey()],
];
/** Over whatever stands there. */
async function saving(db: Database): Promise<SqlValue[]> {
  const [row] = await db.query<{ atMs: number | null }>('SELECT saved_at AS atMs FROM growth_settings WHERE id = 1');
  return savingOver(typeof row?.atMs === 'number' ? sqlTime(row.atMs) : null);
}

export const REFERRAL_SCENARIOS: readonly Scenario[] = [
  {
    // A phone that nobody has was invited by `owner`, and is welcomed.
    procedure: 'use_login_code_v3',
    outcome: 'signed_in',
    makesAccount: true,
    prepare: async (db, owner) => {
      await turnOn(db);
      const stranger = { ...owner, phone: `136${String(nextNumber()).padStart(8, '0')}` };
      await code(db, stranger);
      return use(stranger, HASH, owner.id);
    },
  },
  of('settle_order_v5')('granted', async (db, owner) => settling(await order(db, await invited(db, owner)))),
  of('create_refund_v4')('created', async (db, owner) => refunding(await paidOrder(db, await invited(db, owner)))),
  of('settle_refund_v4')('closed', async (db, owner) => {
    const params = refunding(await paidOrder(db, await invited(db, owner)));
    await db.callProcedure('create_refund_v4', params);
    return news(String(params[1]), 'closed');
  }),
  settle('frozen', async (db, owner) => {
    await openAccount(db, owner);
    return booking(owner, newId('ord_', NOW_MS));
  }),
  settle('void', async (db, owner) => {
    await openAccount(db, owner);
    await closeAccount(db, owner);
    return booking(owner, newId('ord_', NOW_MS));
  }),
  settle('adjusted', async (db, owner) => booking(owner, await booked(db, owner), REFUNDED)),
  settle('adjusted', async (db, owner) => booking(owner, await released(db, owner), REFUNDED)),
  settle('adjusted', async (db, owner) => booking(owner, await released(db, owner, 'credits'), REFUNDED)),
  settle('adjusted', async (db, owner) => booking(owner, await restored(db, owner), WHOLE)),
  settle('released', async (db, owner) => booking(owner, await booked(db, owner), RELEASE)),
  settle('released', async (db, owner) => booking(owner, await booked(db, owner, 'credits'), RELEASE)),
  settle('postponed', async (db, owner) => booking(owner, await booked(db, owner), { ...RELEASE, held: 1 })),
  settle('unchanged', async (db, owner) => booking(owner, await booked(db, owner))),
  settle('unchanged', async (db, owner) => booking(owner, await booked(db, owner), { ...REFUNDED, changes: 0 })),
  settle('unchanged', async (db, owner) => {
    const orderId = await released(db, owner, 'credits');
    await db.callProcedure('settle_commission_v2', booking(owner, orderId, REFUNDED));
    await closeAccount(db, owner);
    return booking(owner, orderId, RESTORED);
  }),
  settle('unknown', async () => booking({ id: 'mch_nobody' }, 'ord_nobody')),
  request('requested', async (db, owner) => {
    await openAccount(db, owner, 20_000);
    return asking(owner);
  }),
  request('replayed', async (db, owner) => (await asked(db, owner)).with(1, newId('wdr_', NOW_MS))),
  request('conflict', async (db, owner) => (await asked(db, owner)).with(7, 'b'.repeat(64))),
  request('no_account', async () => asking({ id: 'mch_nobody' })),
  request('no_account', async (db, owner) => {
    await openAccount(db, owner, 20_000);
    await closeAccount(db, owner);
    return asking(owner);
  }),
  request('below_least', async (db, owner) => {
    await turnOn(db);
    await openAccount(db, owner, 20_000);
    return asking(owner, 9999);
  }),
  request('open', async (db, owner) => {
    await asked(db, owner);
    return asking(owner);
  }),
  request('short', async (db, owner) => {
    await openAccount(db, owner, 14_999);
    return asking(owner);
  }),
  decide('done', decidingAsked),
  decide('done', async (db, owner) => {
    const [, withdrawalId = null] = await asked(db, owner);
    await db.callProcedure('decide_withdrawal_v1', deciding(withdrawalId, 'approved'));
    return deciding(withdrawalId, 'paid');
  }),
  decide('done', async (db, owner) => {
    const [, withdrawalId = null] = await asked(db, owner);
    for (const state of ['approved', 'rejected'])
      await db.callProcedure('decide_withdrawal_v1', deciding(withdrawalId, state));
    return deciding(withdrawalId, 'paid');
  }),
  decide('replayed', again('decide_withdrawal_v1', decidingAsked)),
  decide('conflict', again('decide_withdrawal_v1', decidingAsked, 'b'.repeat(64))),
  decide('unknown', async () => deciding('wdr_nobody')),
  decide('over', async (db, owner) => deciding((await asked(db, owner))[1] ?? null, 'paid')),
  decide('short', async (db, owner) => {
    const [, withdrawalId = null] = await asked(db, owner);
    await db.write('UPDATE referral_accounts SET balance_fen = -1 WHERE merchant_id = ?', [owner.id]);
    return deciding(withdrawalId, 'approved');
  }),
  save('saved', saving),
  save('replayed', again('save_growth_v1', saving)),
  save('conflict', again('save_growth_v1', saving, 'b'.repeat(64))),
  save('changed', async (db) => {
    await turnOn(db);
    return savingOver(at(-1));
  }),
];
