import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

/** For whoever lost the phone: the authenticator is forgotten, and the operator enrols a new one. Its row in the log stands with it. */
export async function resetTotp(
  db: Database,
  asked: { readonly phone: string; readonly requestId: string; readonly nowMs: number },
): Promise<'reset' | 'not_enrolled' | 'unknown_phone'> {
  const { outcome } = await db.callProcedure<{ outcome: 'reset' | 'not_enrolled' | 'unknown_phone' }>('reset_totp_v1', [
    ...[asked.phone, 'command-line', asked.requestId, sqlTime(asked.nowMs)],
  ]);
  return outcome;
}
