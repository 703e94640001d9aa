import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { secretText, webhookSecret } from './webhook-secret.ts';
import { readWebhook, type WebhookView } from './webhooks.ts';

export interface RotationRequest {
  readonly merchantId: string;
  readonly webhookId: string;
  /** The one that is to be replaced. */
  readonly secretVersion: number;
  readonly previousHours?: number | undefined;
  readonly nowMs: number;
}

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 24;

/**
 * The next secret of a webhook. It and the one that it replaces sign side by side until the merchant's program knows it: zero downtime secret
 * rotation, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md. Named by the version that it
 * replaces, a rotation happens once however often it is asked for, at once or after a lost answer; asked again it may end the old secret sooner,
 * never later. Two at most: a third would end one that somebody still checks with.
 * @throws ApiError NOT_FOUND for one that is removed or another's; WEBHOOK_ROTATING while the secret before still signs; WEBHOOK_ROTATED
 *   for any other version
 */
export async function rotateSecret(
  db: Database,
  key: Buffer,
  { merchantId, webhookId, secretVersion, previousHours = DEFAULT_HOURS, nowMs }: RotationRequest,
): Promise<WebhookView & { secret: string }> {
  const [next, until] = [secretVersion + 1, sqlTime(nowMs + previousHours * HOUR_MS)];
  await db.write(
    // In this order: MariaDB and MySQL assign from left to right.
    `UPDATE webhooks SET previous_ends_at = IF(secret_version = ?, ?, LEAST(previous_ends_at, ?)), secret_version = ?
     WHERE id = ? AND merchant_id = ? AND removed_at IS NULL
       AND (secret_version = ? OR (secret_version = ? AND (previous_ends_at IS NULL OR previous_ends_at <= ?)))`,
    [...[secretVersion, until, until, next, webhookId, merchantId, next, secretVersion, sqlTime(nowMs)]],
  );
  const view = await readWebhook(db, merchantId, webhookId, nowMs);
  if (!view || view.removedAtMs !== undefined) throw new ApiError('NOT_FOUND');
  if (view.secretVersion !== next) {
    throw new ApiError(view.secretVersion === secretVersion ? 'WEBHOOK_ROTATING' : 'WEBHOOK_ROTATED');
  }
  return { ...view, secret: secretText(webhookSecret(key, webhookId, next)) };
}
