import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

export interface NewOperator {
  /** 11 digits, of somebody who has signed in before: there is no default password that could be left in place. */
  readonly phone: string;
  readonly name: string;
  readonly role: 'operator' | 'support';
  readonly requestId: string;
  readonly nowMs: number;
}

export type CreatedOperator = 'created' | 'changed' | 'unchanged' | 'unknown_phone';

/** Gives somebody a role, or another one. Twice is once; each change has its row in the audit log. */
export async function createOperator(db: Database, asked: NewOperator): Promise<CreatedOperator> {
  const { outcome } = await db.callProcedure<{ outcome: CreatedOperator }>('set_operator_v1', [
    ...[asked.phone, asked.role, asked.name, 'command-line', asked.requestId, sqlTime(asked.nowMs)],
  ]);
  return outcome;
}
