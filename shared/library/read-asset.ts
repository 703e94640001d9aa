import { inputsExpireAtMs, type Retention, resultsExpireAtMs } from '../cos/retention.ts';
import type { Database } from '../db/database.ts';
import { parsePhotoId, parseResultId } from '../tasks/asset-id.ts';

export interface KeptAsset {
  readonly key: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Of a photo; a result's key is written once. */
  readonly etag: string | null;
}

type Row = KeptAsset & { readonly createdAtMs: number };

/** The merchant's own asset while it is kept; another's, a deleted one and one past its time are as good as none. */
export async function readAsset(
  db: Database,
  merchantId: string,
  assetId: string,
  { retention, nowMs }: { retention: Retention; nowMs: number },
): Promise<KeptAsset | undefined> {
  const photo = parsePhotoId(assetId);
  const [row] = photo ? await readPhoto(db, merchantId, photo) : await readResult(db, merchantId, assetId);
  if (!row) return undefined;
  const endsAtMs = (photo ? inputsExpireAtMs : resultsExpireAtMs)(row.createdAtMs, retention);
  return nowMs < endsAtMs ? row : undefined;
}

function readPhoto(db: Database, merchantId: string, { taskId, n }: { taskId: string; n: number }): Promise<Row[]> {
  return db.query<Row>(
    `SELECT i.object_key AS \`key\`, i.content_type AS contentType, i.size_bytes AS sizeBytes, i.etag, t.created_at AS createdAtMs
     FROM task_inputs i JOIN tasks t ON t.id = i.task_id
     WHERE i.task_id = ? AND i.n = ? AND i.merchant_id = ? AND i.received_at IS NOT NULL`,
    [taskId, n, merchantId],
  );
}

async function readResult(db: Database, merchantId: string, assetId: string): Promise<Row[]> {
  const id = parseResultId(assetId);
  if (!id) return [];
  return db.query<Row>(
    `SELECT o.object_key AS \`key\`, o.content_type AS contentType, o.size_bytes AS sizeBytes, NULL AS etag, t.created_at AS createdAtMs
     FROM task_outputs o JOIN tasks t ON t.id = o.task_id
     WHERE o.task_id = ? AND o.step = ? AND o.unit = ? AND o.name = ? AND o.merchant_id = ? AND t.state = 'succeeded'
       AND o.purge_at IS NULL AND o.purged_at IS NULL`,
    [id.taskId, id.step, id.unit, id.name, merchantId],
  );
}
