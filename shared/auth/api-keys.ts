import type { ApiKeyScope } from '../contract/operation.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { DAY_MS, shanghaiDay } from '../shanghai-day.ts';
import { hashApiKey, newApiKey } from './api-key-text.ts';

export interface ApiKeyRequest {
  readonly merchantId: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly tasksPerDay?: number | undefined;
  readonly validDays?: number | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly nowMs: number;
}

export interface ApiKeyView {
  readonly apiKeyId: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: ApiKeyScope[];
  readonly tasksPerDay?: number;
  readonly tasksToday: number;
  readonly addresses: string[];
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
  readonly lastUsedAtMs?: number;
  readonly revokedAtMs?: number;
}

/** Of one merchant at once; two that are asked for at the same moment may pass it by one. */
const MOST_LIVE = 20;
const MOST_LISTED = 100;
const HINT_CHARS = 4;

/**
 * Makes a key; it leaves the process in this answer and is not to be had again, not even under the same Idempotency-Key.
 * @throws ApiError API_KEY_SHOWN, IDEMPOTENCY_CONFLICT, API_KEYS_MOST, ACCOUNT_SUSPENDED, NOT_SIGNED_IN (no account)
 */
export async function createApiKey(db: Database, request: ApiKeyRequest): Promise<ApiKeyView & { key: string }> {
  const { merchantId, name, tasksPerDay, validDays, idempotencyKey, requestHash, nowMs } = request;
  const key = newApiKey();
  const [apiKeyId, hint] = [newId('key_', nowMs), key.slice(-HINT_CHARS)];
  const expiresAtMs = validDays === undefined ? undefined : nowMs + validDays * DAY_MS;
  const expiresAt = expiresAtMs === undefined ? null : sqlTime(expiresAtMs);
  const [scopes, addresses] = [[...request.scopes].sort(), [...(request.addresses ?? [])]];
  const { affectedRows } = await db.write(
    `INSERT IGNORE INTO api_keys (id, merchant_id, name, key_hash, hint, scopes, addresses, tasks_per_day, created_at, expires_at,
       idempotency_key, request_hash)
     SELECT ?, m.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM merchants m
     WHERE m.id = ? AND m.state = 'active' AND ? > (SELECT COUNT(*) FROM (
       SELECT 1 FROM api_keys WHERE merchant_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)) live)`,
    [
      ...[apiKeyId, name, hashApiKey(key), hint, scopes.join(), addresses.join(), tasksPerDay ?? null],
      ...[sqlTime(nowMs), expiresAt, idempotencyKey, requestHash, merchantId, MOST_LIVE, merchantId, sqlTime(nowMs)],
    ],
  );
  if (affectedRows === 0) throw await whyNone(db, request);
  const view = { apiKeyId, name, hint, scopes, tasksToday: 0, addresses, createdAtMs: nowMs };
  const limits = {
    ...(tasksPerDay !== undefined && { tasksPerDay }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
  return { ...view, ...limits, key };
}

async function whyNone(db: Database, { merchantId, idempotencyKey, requestHash }: ApiKeyRequest): Promise<ApiError> {
  const [row] = await db.query<{ state: string; requestHash: string | null }>(
    `SELECT m.state, k.request_hash AS requestHash FROM merchants m
     LEFT JOIN api_keys k ON k.merchant_id = m.id AND k.idempotency_key = ? WHERE m.id = ?`,
    [idempotencyKey, merchantId],
  );
  if (!row || row.state === 'deleted') return new ApiError('NOT_SIGNED_IN');
  if (row.state !== 'active') return new ApiError('ACCOUNT_SUSPENDED');
  if (row.requestHash === null) return new ApiError('API_KEYS_MOST');
  return new ApiError(row.requestHash === requestHash ? 'API_KEY_SHOWN' : 'IDEMPOTENCY_CONFLICT');
}

interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: string;
  readonly addresses: string;
  readonly tasksPerDay: number | null;
  readonly countedDay: string;
  readonly tasksCounted: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** The merchant's newest keys, whatever has become of them. */
export async function listApiKeys(db: Database, merchantId: string, nowMs: number): Promise<{ items: ApiKeyView[] }> {
  const rows = await db.query<ApiKeyRow>(
    `SELECT id, name, hint, scopes, addresses, tasks_per_day AS tasksPerDay, counted_day AS countedDay, tasks_counted AS tasksCounted,
       created_at AS createdAtMs, expires_at AS expiresAtMs, last_used_at AS lastUsedAtMs, revoked_at AS revokedAtMs
     FROM api_keys WHERE merchant_id = ? ORDER BY created_at DESC, id DESC LIMIT ?`,
    [merchantId, MOST_LISTED],
  );
  return { items: rows.map((row) => viewOf(row, shanghaiDay(nowMs))) };
}

function viewOf({ id, name, hint, scopes, addresses, ...row }: ApiKeyRow, today: string): ApiKeyView {
  return {
    ...{ apiKeyId: id, name, hint, scopes: scopes.split(',') as ApiKeyScope[], addresses: listOf(addresses) },
    ...{ tasksToday: row.countedDay === today ? row.tasksCounted : 0, createdAtMs: row.createdAtMs },
    ...(row.tasksPerDay !== null && { tasksPerDay: row.tasksPerDay }),
    ...(row.expiresAtMs !== null && { expiresAtMs: row.expiresAtMs }),
    ...(row.lastUsedAtMs !== null && { lastUsedAtMs: row.lastUsedAtMs }),
    ...(row.revokedAtMs !== null && { revokedAtMs: row.revokedAtMs }),
  };
}

/** What stands in one column, separated by commas. */
export const listOf = (text: string): string[] => (text === '' ? [] : text.split(','));

/** Ends a key: the next call with it is refused. Again, it answers the same. @throws ApiError NOT_FOUND for a key that is not the merchant's */
export async function revokeApiKey(db: Database, merchantId: string, apiKeyId: string, nowMs: number) {
  await db.write('UPDATE api_keys SET revoked_at = ? WHERE id = ? AND merchant_id = ? AND revoked_at IS NULL', [
    ...[sqlTime(nowMs), apiKeyId, merchantId],
  ]);
  const [row] = await db.query<{ revokedAtMs: number }>(
    'SELECT revoked_at AS revokedAtMs FROM api_keys WHERE id = ? AND merchant_id = ?',
    [apiKeyId, merchantId],
  );
  if (!row) throw new ApiError('NOT_FOUND');
  return { apiKeyId, revokedAtMs: row.revokedAtMs };
}
