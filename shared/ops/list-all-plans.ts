import type { Database } from '../db/database.ts';

export interface PlanValues {
  readonly nameZh: string;
  readonly nameEn: string;
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly access: 'basic' | 'member';
  readonly onSale: boolean;
  readonly position: number;
}

export interface KeptPlan extends PlanValues {
  readonly planId: string;
  readonly version: number;
}

/** Every plan, on sale or not: a handful. */
export async function listAllPlans(db: Database): Promise<KeptPlan[]> {
  const rows = await db.query<Omit<KeptPlan, 'onSale'> & { onSale: number }>(
    `SELECT id AS planId, version, name_zh AS nameZh, name_en AS nameEn, amount_fen AS amountFen, credits, days, access,
       on_sale AS onSale, position
     FROM plans ORDER BY position, id`,
    [],
  );
  return rows.map(({ onSale, ...row }) => ({ ...row, onSale: onSale === 1 }));
}
