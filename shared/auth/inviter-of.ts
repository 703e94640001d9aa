import type { Database } from '../db/database.ts';

/** Whose invite code it is; nobody, when nobody has it or its merchant is suspended or gone. */
export async function inviterOf(db: Database, inviteCode: string): Promise<string | null> {
  const [row] = await db.query<{ merchantId: string }>(
    `SELECT a.merchant_id AS merchantId FROM referral_accounts a JOIN merchants m ON m.id = a.merchant_id
     WHERE a.code = ? AND m.state = 'active'`,
    [inviteCode],
  );
  return row?.merchantId ?? null;
}
