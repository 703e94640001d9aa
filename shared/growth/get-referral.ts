import { FREEZE_DAYS } from '../contract/referral.ts';
import type { Database } from '../db/database.ts';
import { pageOf, withoutNulls } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { randomLetters } from '../id.ts';
import { readGrowthSettings } from './growth-settings.ts';
import { readWithdrawals } from './withdrawals.ts';

interface AccountRow {
  readonly inviteCode?: string;
  readonly balanceFen: number;
  readonly owedCredits: number;
}

interface CommissionRow {
  readonly commissionId: string;
  readonly state: 'frozen' | 'released' | 'void';
  readonly unit: 'fen' | 'credits';
  readonly amount: number;
  readonly reversed: number;
  readonly createdAtMs: number;
  readonly releaseAtMs: number | null;
}

const CODE_CHARS = 8;
/** Two merchants are never told one code: the table's own key sees to it, and the other one draws again. */
const DRAWS = 3;
const SHOWN_WITHDRAWALS = 20;

/**
 * What inviting has come to. The merchant's first look gives them a code, which stays; `readOnly`: an operator's look writes none. @throws ApiError NOT_SIGNED_IN: the account was deleted
 */
export async function getReferral(
  db: Database,
  merchantId: string,
  { cursor, limit, readOnly }: { cursor?: string | undefined; limit: number; readOnly?: boolean },
  nowMs: number,
) {
  const account =
    (await accountOf(db, merchantId)) ?? (readOnly ? NO_ACCOUNT : await newAccount(db, merchantId, nowMs));
  const { referralOn: on, commissionBp, commissionUnit, leastWithdrawalFen } = await readGrowthSettings(db);
  const [came] = await db.query<{ invited: string; paying: string }>(
    'SELECT COUNT(*) AS invited, COUNT(first_order_id) AS paying FROM referrals WHERE inviter_id = ?',
    [merchantId],
  );
  const frozen = await db.query<{ unit: 'fen' | 'credits'; amount: string }>(
    `SELECT unit, SUM(amount - reversed) AS amount FROM referral_commissions WHERE merchant_id = ? AND state = 'frozen' GROUP BY unit`,
    [merchantId],
  );
  const frozenOf = (asked: 'fen' | 'credits') => Number(frozen.find(({ unit }) => unit === asked)?.amount ?? 0);
  const rows = await db.query<CommissionRow>(
    `SELECT id AS commissionId, state, unit, amount, reversed, created_at AS createdAtMs, release_at AS releaseAtMs
     FROM referral_commissions WHERE merchant_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    [merchantId, cursor ?? 'cms_~', limit + 1],
  );
  return {
    ...{ on, commissionBp, commissionUnit, leastWithdrawalFen, freezeDays: FREEZE_DAYS, ...account },
    ...{ invited: Number(came?.invited ?? 0), paying: Number(came?.paying ?? 0) },
    ...{ frozenFen: frozenOf('fen'), frozenCredits: frozenOf('credits') },
    withdrawals: await readWithdrawals(db, merchantId, SHOWN_WITHDRAWALS),
    ...pageOf(rows.map(withoutNulls), limit, ({ commissionId }) => commissionId),
  };
}

const NO_ACCOUNT: AccountRow = { balanceFen: 0, owedCredits: 0 };

async function accountOf(db: Database, merchantId: string): Promise<AccountRow | undefined> {
  const [row] = await db.query<AccountRow>(
    `SELECT code AS inviteCode, balance_fen AS balanceFen, owed_credits AS owedCredits FROM referral_accounts WHERE merchant_id = ?`,
    [merchantId],
  );
  return row;
}

async function newAccount(db: Database, merchantId: string, nowMs: number): Promise<AccountRow> {
  for (let draw = 0; draw < DRAWS; draw++) {
    await db.write(
      `INSERT IGNORE INTO referral_accounts (merchant_id, code, created_at)
       SELECT merchant_id, ?, ? FROM accounts WHERE merchant_id = ? AND closed_at IS NULL`,
      [randomLetters(CODE_CHARS), sqlTime(nowMs), merchantId],
    );
    const row = await accountOf(db, merchantId);
    if (row) return row;
  }
  throw new ApiError('NOT_SIGNED_IN');
}
