import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';
import type { CaseFinding } from './open-case.ts';

export const FOUND_COLUMNS = `c.class, c.channel, c.subject, DATE_FORMAT(c.day, '%Y-%m-%d') AS day, c.order_id AS orderId,
  c.expected_fen AS expectedFen, c.actual_fen AS actualFen, c.remedy`;

/** As the database answers it: what is not known is null. */
export type FoundRow = Pick<CaseFinding, 'class' | 'channel' | 'subject' | 'remedy'> &
  Record<'day' | 'orderId', string | null> &
  Record<'expectedFen' | 'actualFen', number | null>;

/** What the bill of a day has shown, whichever of its attempts saw it. */
export async function casesOfDay(db: Database, channel: CaseFinding['channel'], day: string): Promise<CaseFinding[]> {
  const rows = await db.query<FoundRow>(
    `SELECT ${FOUND_COLUMNS} FROM reconciliation_cases c WHERE c.channel = ? AND c.day = ? ORDER BY c.class, c.subject`,
    [channel, day],
  );
  return rows.map(withoutNulls);
}
