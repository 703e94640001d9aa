import type { Database } from '../db/database.ts';

export interface Plan {
  readonly planId: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly amountFen: number;
  readonly credits: number;
  readonly days: number;
  readonly access: 'basic' | 'member';
  /** All of it that is sold, as one word that nobody need read: what `create_order` compares with the plan of then. */
  readonly offer: string;
}

/** Plans on sale, in the operator's order. */
export function listPlans(db: Database): Promise<Plan[]> {
  return db.query<Plan>(
    `SELECT id AS planId, name_zh AS nameZh, name_en AS nameEn, amount_fen AS amountFen, credits, days, access,
       CONCAT_WS('-', amount_fen, credits, days, access) AS offer
     FROM plans WHERE on_sale = 1 ORDER BY position`,
    [],
  );
}
