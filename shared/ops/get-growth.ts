import type { Database } from '../db/database.ts';
import { readGrowthSettings } from '../growth/growth-settings.ts';

interface Waiting {
  readonly state: 'requested' | 'approved';
  readonly withdrawals: string;
  readonly amountFen: string;
}

/** What referral and welcome credits give now, and what waits for an operator. */
export async function getGrowth(db: Database) {
  const { savedBy, savedAtMs, ...settings } = await readGrowthSettings(db);
  const waiting = await db.query<Waiting>(
    `SELECT state, COUNT(*) AS withdrawals, SUM(amount_fen) AS amountFen FROM withdrawals
     WHERE state IN ('requested', 'approved') GROUP BY state`,
  );
  const count = (state: Waiting['state']) => Number(waiting.find((one) => one.state === state)?.withdrawals ?? 0);
  return {
    ...settings,
    ...(savedAtMs !== null && { savedBy, savedAtMs }),
    ...{ requested: count('requested'), approved: count('approved') },
    waitingFen: waiting.reduce((sum, { amountFen }) => sum + Number(amountFen), 0),
  };
}
