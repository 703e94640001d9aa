import type { Connection } from 'mysql2/promise';

/** The n-th merchant of a bench, from 0; the peer's user is n + 1. Twenty-six characters, as real ones. */
export const merchantId = (n: number): string => `mch_01BENCH${String(n).padStart(19, '0')}`;

/** Merchants with one lot that does not run out, and the same number of the peer's users where it has a database. The current database is the product's. */
export async function seedMerchants(
  connection: Connection,
  { merchants, credits, peerDatabase }: { merchants: number; credits: number; peerDatabase?: string | undefined },
): Promise<void> {
  const numbers = `WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < ${merchants - 1})`;
  const insert = (into: string, values: string) =>
    connection.query(`INSERT INTO ${into} ${numbers} SELECT ${values} FROM s`);
  const id = "CONCAT('mch_01BENCH', LPAD(n, 19, '0'))";
  const lot = "CONCAT('lot_01BENCH', LPAD(n, 19, '0'))";
  const [past, future] = ["'2026-01-01'", "'2099-01-01'"];
  await connection.query(`SET SESSION max_recursive_iterations = ${merchants + 1}`);
  await insert('merchants (id, phone, created_at)', `${id}, CONCAT('1', LPAD(n, 10, '0')), ${past}`);
  await insert('accounts (merchant_id, created_at)', `${id}, ${past}`);
  await insert(
    'quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)',
    `${lot}, ${id}, CONCAT('bench:', n), 'member', ${credits}, ${credits}, ${past}, ${future}`,
  );
  await insert(
    'quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)',
    `${id}, ${lot}, 'grant', ${credits}, CONCAT('bench:', n), ${past}`,
  );
  if (peerDatabase !== undefined) await insert(`${peerDatabase}.account (id, remaining)`, `n + 1, ${credits}`);
}
