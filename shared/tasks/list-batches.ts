import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';

interface BatchRow {
  readonly batchId: string;
  readonly featureId: string;
  readonly createdAtMs: number;
  readonly photos: number;
  readonly firstName: string;
}

export interface BatchSummary extends BatchRow {
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
}

/** One page of a merchant's batches, newest first. `cursor` is the last batch of the page before. */
export async function listBatches(
  db: Database,
  merchantId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ items: BatchSummary[]; nextCursor?: string }> {
  // The page first: counting before the limit would read the tasks of every batch there ever was.
  const rows = await db.query<BatchRow & { readonly succeeded: string; readonly open: string }>(
    `SELECT p.id AS batchId, p.feature_id AS featureId, p.created_at AS createdAtMs, p.photos,
       MAX(CASE WHEN i.n = 0 THEN i.file_name ELSE '' END) AS firstName, SUM(t.state = 'succeeded') AS succeeded,
       SUM(t.state IN ('awaiting_upload', 'queued', 'processing')) AS open
     FROM (SELECT id, feature_id, created_at, photos FROM batches
           WHERE merchant_id = ? AND id < ? ORDER BY id DESC LIMIT ?) p
     JOIN batch_tasks i ON i.batch_id = p.id JOIN tasks t ON t.id = i.task_id
     GROUP BY p.id, p.feature_id, p.created_at, p.photos ORDER BY p.id DESC`,
    [merchantId, page.cursor ?? 'bat_~', String(page.limit + 1)],
  );
  const items = rows.map((row) => {
    const [succeeded, open] = [Number(row.succeeded), Number(row.open)];
    return { ...row, succeeded, failed: row.photos - succeeded - open, open };
  });
  return pageOf(items, page.limit, ({ batchId }) => batchId);
}
