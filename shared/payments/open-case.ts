import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId } from '../id.ts';
import type { ChannelId } from './channel.ts';

/** What the books can disagree about. docs/runbooks/money.md says what to do for each. */
export type CaseClass = 'paid_not_granted' | 'granted_not_paid' | 'amount_differs' | 'refund_differs' | 'paid_twice';

export interface CaseFinding {
  readonly class: CaseClass;
  readonly channel: ChannelId;
  /** The channel's number of the payment, our number of the refund, or the order that has neither: one case each. */
  readonly subject: string;
  /** `YYYY-MM-DD` in China: of the bill that showed it. */
  readonly day?: string;
  readonly orderId?: string;
  readonly expectedFen?: number;
  readonly actualFen?: number;
  /** What was done about it already: a word for the report. `none`: a person has to act. */
  readonly remedy: 'granted' | 'refunding' | 'frozen' | 'held' | 'settled' | 'none';
}

/** A subject as its row has it: a number that a person made up in the channel's console may hold anything. */
export const plainSubject = (subject: string): string => subject.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 64);

/** Opens a case for an operator unless it is there already; to one that was found before its bill, what that shows is added. `tellCases` tells it. */
export async function openCase(db: Database, found: CaseFinding, nowMs: number): Promise<void> {
  await db.write(
    `INSERT INTO reconciliation_cases (id, class, channel, subject, day, order_id, expected_fen, actual_fen, state, remedy, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?) ON DUPLICATE KEY UPDATE
       day = COALESCE(day, VALUES(day)), order_id = COALESCE(order_id, VALUES(order_id)),
       expected_fen = COALESCE(expected_fen, VALUES(expected_fen)), actual_fen = COALESCE(actual_fen, VALUES(actual_fen))`,
    [
      ...[newId('cas_', nowMs), found.class, found.channel, plainSubject(found.subject), found.day ?? null],
      ...[found.orderId ?? null, found.expectedFen ?? null, found.actualFen ?? null, found.remedy, sqlTime(nowMs)],
    ],
  );
}
