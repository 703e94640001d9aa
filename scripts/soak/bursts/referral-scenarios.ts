import { sqlTime } from '../../../shared/db/sql-time.ts';
import { requestWithdrawal } from '../../../shared/growth/request-withdrawal.ts';
import { settleCommissions } from '../../../shared/growth/settle-commissions.ts';
import { decideWithdrawal } from '../../../shared/ops/decide-withdrawal.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { type Arena, atOnce, count, DAY_MS, merchantWith, NOW_MS, type Scenario } from './arena.ts';
import { openShop, refund } from './money-scenarios.ts';

type Db = Arena['db'];

const times = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));
const RELEASED_MS = NOW_MS + 7 * DAY_MS;
/** What the inviter has already, and asks for. */
const EARLIER_FEN = 5000;
const ASKED_FEN = 3000;
const PAID = { reference: 'burst-0001' };
const SEAL_KEY = Buffer.alloc(32, 1);

let keys = 0;

const withdraw = (merchantId: string) => (db: Db) =>
  requestWithdrawal(db, async () => SEAL_KEY, {
    ...{ merchantId, amountFen: ASKED_FEN, method: 'alipay', payeeName: 'burst', payeeAccount: '13800000000' },
    ...{ idempotencyKey: `withdraw-${++keys}`, requestHash: 'a'.repeat(64), nowMs: RELEASED_MS },
  }).then(() => 'asked');

/** The order of somebody who was invited is told, booked, released and goes back, while the inviter withdraws, all at once. */
export const commissionAgainstRefund: Scenario = async (arena, random) => {
  const shop = await openShop(arena);
  const inviter = await merchantWith(arena, []);
  const unit = random.oneIn(2) ? 'fen' : 'credits';
  const now = sqlTime(NOW_MS);
  await arena.plain.query(
    `REPLACE INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on,
       welcome_credits, welcome_days, saved_by) VALUES (1, 1, 4000, ?, 90, 100, 0, 1, 1, '');
     INSERT INTO referral_accounts (merchant_id, code, balance_fen, created_at) VALUES (?, ?, ?, ?);
     INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at) VALUES (?, 'release', 'fen', ?, ?, ?);
     INSERT INTO referrals (merchant_id, inviter_id, created_at) VALUES (?, ?, ?)`,
    [
      ...[unit, inviter, inviter.slice(-8), EARLIER_FEN, now],
      ...[inviter, EARLIER_FEN, `earlier:${inviter}`, now, shop.merchant, inviter, now],
    ],
  );
  const notice = shop.wechat.pay(shop.orderId);
  const isEarly = random.oneIn(2);
  if (isEarly) {
    await settleOrder(arena.db, notice, 'notify', NOW_MS);
    await settleCommissions(arena.db, NOW_MS);
  }
  const outcomes = await atOnce(arena, random, [
    ...times(4, () => (db: Db) => settleOrder(db, notice, 'notify', NOW_MS)),
    ...times(6, () => (db: Db) => settleCommissions(db, RELEASED_MS).then(() => 'booked')),
    ...times(4, () => withdraw(inviter)),
    ...(isEarly ? times(2, (n) => refund(shop, `refund-${n}`, 'whole')) : []),
  ]);
  for (let round = 0; round < 2; round++) await settleCommissions(arena.db, RELEASED_MS + 60_000);
  const [row] = await arena.db.query<{ balanceFen: number }>(
    'SELECT balance_fen AS balanceFen FROM referral_accounts WHERE merchant_id = ?',
    [inviter],
  );
  const share = isEarly || unit === 'credits' ? 0 : 796;
  const expected = EARLIER_FEN - ASKED_FEN + share;
  return [
    ...(count(outcomes, 'asked') === 1 ? [] : [`${count(outcomes, 'asked')} withdrawals were asked for at once`]),
    ...(row?.balanceFen === expected ? [] : [`the balance is ${row?.balanceFen} instead of ${expected}`]),
  ];
};

/** Several operators decide one withdrawal at once, some of them twice: each state is reached once, and the money is where the last of them says. */
export const decisionsOfOneWithdrawal: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, []);
  const now = sqlTime(NOW_MS);
  await arena.plain.query(
    `REPLACE INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on,
       welcome_credits, welcome_days, saved_by) VALUES (1, 1, 1500, 'fen', 90, 100, 0, 1, 1, '');
     INSERT INTO referral_accounts (merchant_id, code, balance_fen, created_at) VALUES (?, ?, ?, ?);
     INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at) VALUES (?, 'release', 'fen', ?, ?, ?)`,
    [merchant, merchant.slice(-8), EARLIER_FEN, now, merchant, EARLIER_FEN, `earlier:${merchant}`, now],
  );
  await withdraw(merchant)(arena.db);
  const [asked] = await arena.db.query<{ id: string }>('SELECT id FROM withdrawals WHERE merchant_id = ?', [merchant]);
  const decide = (state: 'approved' | 'rejected' | 'paid', n: number) => (db: Db) => {
    // Of two in three it is the same operator under the same key.
    const who = { operatorId: `mch_operator${n % 2}`, idempotencyKey: `${asked?.id}-${state}-${n % 2}` };
    const write = { ...who, action: 'decide-withdrawal', requestHash: state.padEnd(64, '0'), requestId: 'req_1' };
    const decision = { withdrawalId: asked?.id ?? '', state, reason: 'burst', ...(state === 'paid' && PAID) };
    return decideWithdrawal(db, decision, { ...write, nowMs: RELEASED_MS }).then(() => state);
  };
  const states = ['approved', 'rejected', 'paid'] as const;
  await atOnce(
    arena,
    random,
    [...states, ...states].flatMap((state) => times(3, (n) => decide(state, n))),
  );
  const noted = await arena.db.query<{ details: string }>(
    "SELECT details_json AS details FROM audit_log WHERE target = ? AND action = 'decide-withdrawal' ORDER BY seq",
    [asked?.id ?? ''],
  );
  const done = noted.map(({ details }) => (JSON.parse(details) as { state: string }).state);
  const [row] = await arena.db.query<{ balanceFen: number; state: string }>(
    `SELECT r.balance_fen AS balanceFen, w.state FROM referral_accounts r JOIN withdrawals w ON w.merchant_id = r.merchant_id
     WHERE r.merchant_id = ?`,
    [merchant],
  );
  const expected = row?.state === 'rejected' ? EARLIER_FEN : EARLIER_FEN - ASKED_FEN;
  return [
    ...(new Set(done).size === done.length ? [] : [`a withdrawal was ${done.join(', then ')}`]),
    ...(done.includes(row?.state ?? '') ? [] : [`it is ${row?.state}, and was ${done.join(', then ')}`]),
    ...(row?.balanceFen === expected ? [] : [`${row?.state}, the balance is ${row?.balanceFen}, not ${expected}`]),
  ];
};
