import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';

export interface Withdrawal {
  readonly withdrawalId: string;
  readonly state: 'requested' | 'approved' | 'paid' | 'rejected';
  readonly amountFen: number;
  readonly method: 'alipay' | 'bank';
  readonly payeeMasked: string;
  readonly reason?: string;
  readonly createdAtMs: number;
  readonly endedAtMs?: number;
}

const COLUMNS = `id AS withdrawalId, state, amount_fen AS amountFen, method, payee_masked AS payeeMasked, reason,
  created_at AS createdAtMs, ended_at AS endedAtMs`;

type Row = Omit<Withdrawal, 'reason' | 'endedAtMs'> & {
  readonly reason: string | null;
  readonly endedAtMs: number | null;
};

/** A merchant's latest, newest first. */
export async function readWithdrawals(db: Database, merchantId: string, limit: number): Promise<Withdrawal[]> {
  const rows = await db.query<Row>(
    `SELECT ${COLUMNS} FROM withdrawals WHERE merchant_id = ? ORDER BY id DESC LIMIT ?`,
    [merchantId, limit],
  );
  return rows.map(withoutNulls);
}

export async function readWithdrawal(db: Database, withdrawalId: string): Promise<Withdrawal | undefined> {
  const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM withdrawals WHERE id = ?`, [withdrawalId]);
  return row && withoutNulls(row);
}
