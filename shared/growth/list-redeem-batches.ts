import type { Database } from '../db/database.ts';

interface Row {
  readonly batchId: string;
  readonly name: string;
  readonly codes: number;
  readonly credits: number;
  readonly days: number;
  readonly access: 'basic' | 'member';
  readonly uses: number;
  readonly redeemed: number;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
}

export type RedeemBatch = Omit<Row, 'revokedAtMs'> & { readonly revokedAtMs?: number };

/** One page of batches, newest first; with `batchId` that batch alone. `cursor` is the last batch of the page before. */
export async function listRedeemBatches(
  db: Database,
  page: { readonly batchId?: string | undefined; readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: RedeemBatch[]; nextCursor?: string }> {
  const narrowed = page.batchId === undefined ? '' : 'AND b.id = ?';
  const rows = await db.query<Row>(
    `SELECT b.id AS batchId, b.name, b.codes, b.credits, b.days, b.access, b.uses, b.created_by AS createdBy,
       b.created_at AS createdAtMs, b.expires_at AS expiresAtMs, b.revoked_at AS revokedAtMs,
       (SELECT COUNT(*) FROM redemptions r WHERE r.batch_id = b.id) AS redeemed
     FROM redeem_batches b WHERE b.id < ? ${narrowed} ORDER BY b.id DESC LIMIT ?`,
    [page.cursor ?? 'rdb_~', ...(page.batchId === undefined ? [] : [page.batchId]), String(page.limit + 1)],
  );
  const items = rows.slice(0, page.limit).map(
    ({ revokedAtMs, ...batch }): RedeemBatch => ({
      ...batch,
      redeemed: Number(batch.redeemed),
      ...(revokedAtMs !== null && { revokedAtMs }),
    }),
  );
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, nextCursor: last.batchId } : { items };
}
