import type { WEBHOOK_EVENTS } from '../contract/webhooks.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { secretText, webhookSecret } from './webhook-secret.ts';

type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface WebhookRequest {
  readonly merchantId: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly creditsBelow?: number | undefined;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly nowMs: number;
}

export interface WebhookView {
  readonly webhookId: string;
  readonly url: string;
  readonly events: WebhookEvent[];
  readonly creditsBelow?: number;
  readonly createdAtMs: number;
  readonly secretVersion: number;
  readonly previousSecretEndsAtMs?: number;
  readonly removedAtMs?: number;
  readonly removedBy?: 'merchant' | 'endpoint';
}

/** Of one merchant at once; two that are asked for at the same moment may pass it by one. */
const MOST_LIVE = 5;
const MOST_LISTED = 50;

/**
 * The same key answers with the webhook that it made, and with its secret of now: a lost answer is no lost secret.
 * @throws ApiError WEBHOOKS_MOST, IDEMPOTENCY_CONFLICT, ACCOUNT_SUSPENDED, NOT_SIGNED_IN (no account)
 */
export async function createWebhook(
  db: Database,
  key: Buffer,
  { merchantId, url, creditsBelow, idempotencyKey, requestHash, nowMs, events }: WebhookRequest,
): Promise<WebhookView & { secret: string }> {
  await db.write(
    `INSERT IGNORE INTO webhooks (id, merchant_id, url, events, credits_below, created_at, idempotency_key, request_hash)
     SELECT ?, m.id, ?, ?, ?, ?, ?, ? FROM merchants m
     WHERE m.id = ? AND m.state = 'active' AND ? > (
       SELECT COUNT(*) FROM (SELECT 1 FROM webhooks WHERE merchant_id = ? AND removed_at IS NULL) live)`,
    [
      ...[newId('whk_', nowMs), url, [...events].sort().join(), creditsBelow ?? null, sqlTime(nowMs), idempotencyKey],
      ...[requestHash, merchantId, MOST_LIVE, merchantId],
    ],
  );
  const [row] = await db.query<WebhookRow & { requestHash: string }>(
    `SELECT ${COLUMNS}, request_hash AS requestHash FROM webhooks WHERE merchant_id = ? AND idempotency_key = ?`,
    [merchantId, idempotencyKey],
  );
  if (!row) throw await whyNone(db, merchantId);
  if (row.requestHash !== requestHash) throw new ApiError('IDEMPOTENCY_CONFLICT');
  return { ...viewOf(row, nowMs), secret: secretText(webhookSecret(key, row.webhookId, row.secretVersion)) };
}

async function whyNone(db: Database, merchantId: string): Promise<ApiError> {
  const [row] = await db.query<{ state: string }>('SELECT state FROM merchants WHERE id = ?', [merchantId]);
  if (!row || row.state === 'deleted') return new ApiError('NOT_SIGNED_IN');
  return new ApiError(row.state === 'active' ? 'WEBHOOKS_MOST' : 'ACCOUNT_SUSPENDED');
}

const COLUMNS = `id AS webhookId, url, events, credits_below AS creditsBelow, created_at AS createdAtMs,
  secret_version AS secretVersion, previous_ends_at AS previousEndsAtMs, removed_at AS removedAtMs, removed_by AS removedBy`;

interface WebhookRow {
  readonly webhookId: string;
  readonly url: string;
  readonly events: string;
  readonly creditsBelow: number | null;
  readonly createdAtMs: number;
  readonly secretVersion: number;
  readonly previousEndsAtMs: number | null;
  readonly removedAtMs: number | null;
  readonly removedBy: 'merchant' | 'endpoint' | null;
}

function viewOf(row: WebhookRow, nowMs: number): WebhookView {
  const { webhookId, url, events, creditsBelow, createdAtMs, secretVersion } = row;
  const { previousEndsAtMs, removedAtMs, removedBy } = row;
  return {
    ...{ webhookId, url, events: events.split(',') as WebhookEvent[], createdAtMs, secretVersion },
    ...(creditsBelow !== null && { creditsBelow }),
    ...(previousEndsAtMs !== null && previousEndsAtMs > nowMs && { previousSecretEndsAtMs: previousEndsAtMs }),
    ...(removedAtMs !== null && { removedAtMs }),
    ...(removedBy !== null && { removedBy }),
  };
}

export async function readWebhook(
  db: Database,
  merchantId: string,
  webhookId: string,
  nowMs: number,
): Promise<WebhookView | undefined> {
  const [row] = await db.query<WebhookRow>(`SELECT ${COLUMNS} FROM webhooks WHERE id = ? AND merchant_id = ?`, [
    ...[webhookId, merchantId],
  ]);
  return row && viewOf(row, nowMs);
}

export async function listWebhooks(db: Database, merchantId: string, nowMs: number): Promise<{ items: WebhookView[] }> {
  const rows = await db.query<WebhookRow>(
    `SELECT ${COLUMNS} FROM webhooks WHERE merchant_id = ? ORDER BY id DESC LIMIT ?`,
    [merchantId, MOST_LISTED],
  );
  return { items: rows.map((row) => viewOf(row, nowMs)) };
}

/** Ends a webhook. What waits for it is given up by the next tick. @throws ApiError NOT_FOUND for one that is not the merchant's */
export async function removeWebhook(db: Database, merchantId: string, webhookId: string, nowMs: number) {
  await db.write(
    "UPDATE webhooks SET removed_at = ?, removed_by = 'merchant' WHERE id = ? AND merchant_id = ? AND removed_at IS NULL",
    [sqlTime(nowMs), webhookId, merchantId],
  );
  const [row] = await db.query<{ removedAtMs: number }>(
    'SELECT removed_at AS removedAtMs FROM webhooks WHERE id = ? AND merchant_id = ?',
    [webhookId, merchantId],
  );
  if (!row) throw new ApiError('NOT_FOUND');
  return { webhookId, removedAtMs: row.removedAtMs };
}
