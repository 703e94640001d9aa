import type { Database } from '../db/database.ts';

export interface RedeemCodeUse {
  readonly n: number;
  /** Its last four characters: enough to recognise it, not to use it. */
  readonly hint: string;
  readonly used: number;
}

/** One page of a batch's codes by number. `cursor` is the last number of the page before. */
export async function listRedeemCodes(
  db: Database,
  page: {
    readonly batchId: string;
    readonly use?: 'used' | 'unused' | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<{ items: RedeemCodeUse[]; nextCursor?: string }> {
  const narrowed = page.use === undefined ? '' : page.use === 'used' ? 'AND used > 0' : 'AND used = 0';
  const rows = await db.query<RedeemCodeUse>(
    `SELECT n, hint, used FROM redeem_codes WHERE batch_id = ? AND n > ? ${narrowed} ORDER BY n LIMIT ?`,
    [page.batchId, page.cursor ?? '0', String(page.limit + 1)],
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return rows.length > page.limit && last ? { items, nextCursor: String(last.n) } : { items };
}
