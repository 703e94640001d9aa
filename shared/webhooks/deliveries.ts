import type { Database } from '../db/database.ts';
import { pageOf } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { webhookBody } from './sign-webhook.ts';

export interface DeliveryView {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly type: string;
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly attemptedAtMs?: number;
  readonly status?: number;
  readonly failure?: string;
  readonly nextAtMs?: number;
  readonly body: string;
}

interface DeliveryRow {
  readonly seq: string | number;
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly type: string;
  readonly state: DeliveryView['state'];
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly attemptedAtMs: number | null;
  readonly status: number | null;
  readonly failure: string | null;
  readonly nextAtMs: number | null;
  readonly dataJson: string;
}

/** One page of what was and is to be told, newest first; of one webhook, or of all. */
export async function listDeliveries(
  db: Database,
  merchantId: string,
  { webhookId, cursor, limit }: { webhookId?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<{ items: DeliveryView[]; nextCursor?: string }> {
  const conditions = [
    ['merchant_id = ?', merchantId],
    ['webhook_id = ?', webhookId],
    ['seq < ?', cursor],
  ].filter(([, value]) => value !== undefined) as [string, string][];
  const rows = await db.query<DeliveryRow>(
    `SELECT seq, id AS deliveryId, webhook_id AS webhookId, type, state, attempts, created_at AS createdAtMs, attempted_at AS attemptedAtMs,
       status, failure, next_at AS nextAtMs, data_json AS dataJson
     FROM webhook_deliveries WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY seq DESC LIMIT ?`,
    [...conditions.map(([, value]) => value), limit + 1],
  );
  const { items, nextCursor } = pageOf(rows, limit, ({ seq }) => String(seq));
  return { items: items.map(viewOf), ...(nextCursor !== undefined && { nextCursor }) };
}

function viewOf({ seq: _seq, dataJson, attemptedAtMs, status, failure, nextAtMs, ...row }: DeliveryRow): DeliveryView {
  return {
    ...row,
    ...(attemptedAtMs !== null && { attemptedAtMs }),
    ...(status !== null && { status }),
    ...(failure !== null && { failure }),
    ...(nextAtMs !== null && { nextAtMs }),
    body: webhookBody({ ...row, dataJson }),
  };
}

/** One more event for the next tick, of a type that nothing else has. @throws ApiError NOT_FOUND for one that is removed or another's */
export async function testWebhook(
  db: Database,
  { merchantId, webhookId, nowMs, trace }: { merchantId: string; webhookId: string; nowMs: number; trace: string },
) {
  const deliveryId = newId('msg_', nowMs);
  const { affectedRows } = await db.write(
    `INSERT INTO webhook_deliveries (id, webhook_id, merchant_id, type, data_json, next_at, created_at, trace)
     SELECT ?, id, merchant_id, 'webhook.test', JSON_OBJECT('webhookId', id), ?, ?, ? FROM webhooks
     WHERE id = ? AND merchant_id = ? AND removed_at IS NULL`,
    [deliveryId, sqlTime(nowMs), sqlTime(nowMs), trace, webhookId, merchantId],
  );
  if (affectedRows === 0) throw new ApiError('NOT_FOUND');
  return { deliveryId };
}

/** Asked for again while it waits, it goes at once. @throws ApiError NOT_FOUND for another's, and where the webhook is removed */
export async function replayDelivery(db: Database, merchantId: string, deliveryId: string, nowMs: number) {
  const { affectedRows } = await db.write(
    `UPDATE webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id AND w.removed_at IS NULL
     SET d.state = 'waiting', d.attempts = 0, d.next_at = ?, d.ended_at = NULL, d.lease_id = NULL
     WHERE d.id = ? AND d.merchant_id = ?`,
    [sqlTime(nowMs), deliveryId, merchantId],
  );
  if (affectedRows === 0) throw new ApiError('NOT_FOUND');
  return { deliveryId };
}
