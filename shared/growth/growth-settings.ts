import type { Database } from '../db/database.ts';

/** What referral and welcome credits give now. */
export interface GrowthSettings {
  readonly referralOn: boolean;
  readonly commissionBp: number;
  readonly commissionUnit: 'fen' | 'credits';
  readonly creditDays: number;
  readonly leastWithdrawalFen: number;
  readonly welcomeOn: boolean;
  readonly welcomeCredits: number;
  readonly welcomeDays: number;
}

export interface SavedGrowth extends GrowthSettings {
  readonly savedBy: string;
  readonly savedAtMs: number | null;
}

type Row = Omit<SavedGrowth, 'referralOn' | 'welcomeOn'> & { readonly referralOn: number; readonly welcomeOn: number };

/** As the procedures take it when there is no row: nothing is given. */
const NOTHING: Row = {
  ...{ referralOn: 0, commissionBp: 1500, commissionUnit: 'fen', creditDays: 90, leastWithdrawalFen: 10_000 },
  ...{ welcomeOn: 0, welcomeCredits: 10, welcomeDays: 30, savedBy: '', savedAtMs: null },
};

export async function readGrowthSettings(db: Database): Promise<SavedGrowth> {
  const [row = NOTHING] = await db.query<Row>(
    `SELECT referral_on AS referralOn, commission_bp AS commissionBp, commission_unit AS commissionUnit, credit_days AS creditDays,
       least_withdrawal_fen AS leastWithdrawalFen, welcome_on AS welcomeOn, welcome_credits AS welcomeCredits,
       welcome_days AS welcomeDays, saved_by AS savedBy, saved_at AS savedAtMs
     FROM growth_settings WHERE id = 1`,
  );
  return { ...row, referralOn: row.referralOn === 1, welcomeOn: row.welcomeOn === 1 };
}
