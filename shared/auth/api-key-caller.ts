import { BlockList, isIP } from 'node:net';
import type { ApiKeyScope } from '../contract/operation.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { hashApiKey } from './api-key-text.ts';
import { listOf } from './api-keys.ts';

export interface ApiKeyCaller {
  /** The merchant's. */
  readonly id: string;
  readonly apiKeyId: string;
  /** Null: no limit of its own. */
  readonly tasksPerDay: number | null;
}

interface Known {
  readonly apiKeyId: string;
  readonly id: string;
  readonly state: string;
  readonly scopes: string;
  readonly addresses: string;
  readonly tasksPerDay: number | null;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
}

/** How exact "last used" is: one durable write a minute for a key that is always in use, none for each call. */
const NOTED_EVERY_MS = 60_000;

/**
 * Whose key this is, asked at each call: a key that was revoked, and a merchant who was suspended or has left, is refused from the next one on.
 * Checked in order: known, not revoked, not expired, the merchant, the address, the scope.
 * @throws ApiError API_KEY_REFUSED, API_KEY_EXPIRED, ACCOUNT_SUSPENDED, API_KEY_ADDRESS, API_KEY_SCOPE
 */
export async function callerOfApiKey(
  db: Database,
  key: string,
  { scope, sourceIp, nowMs }: { readonly scope: ApiKeyScope; readonly sourceIp: string; readonly nowMs: number },
): Promise<ApiKeyCaller> {
  const [known] = await db.query<Known>(
    `SELECT k.id AS apiKeyId, m.id, m.state, k.scopes, k.addresses, k.tasks_per_day AS tasksPerDay, k.expires_at AS expiresAtMs,
       k.last_used_at AS lastUsedAtMs, k.revoked_at AS revokedAtMs
     FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.key_hash = ?`,
    [hashApiKey(key)],
  );
  if (!known || known.revokedAtMs !== null || known.state === 'deleted') throw new ApiError('API_KEY_REFUSED');
  if (known.expiresAtMs !== null && known.expiresAtMs <= nowMs) throw new ApiError('API_KEY_EXPIRED');
  if (known.state !== 'active') throw new ApiError('ACCOUNT_SUSPENDED');
  if (!mayComeFrom(listOf(known.addresses), sourceIp)) throw new ApiError('API_KEY_ADDRESS');
  if (!listOf(known.scopes).includes(scope)) throw new ApiError('API_KEY_SCOPE');
  if ((known.lastUsedAtMs ?? Number.NEGATIVE_INFINITY) <= nowMs - NOTED_EVERY_MS) {
    // Of many at once one writes: for the others the row has changed.
    await db.write(
      'UPDATE api_keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)',
      [...[sqlTime(nowMs), known.apiKeyId, sqlTime(nowMs - NOTED_EVERY_MS)]],
    );
  }
  return { id: known.id, apiKeyId: known.apiKeyId, tasksPerDay: known.tasksPerDay };
}

/** An address that the platform did not tell is on no list. */
function mayComeFrom(allowed: readonly string[], address: string): boolean {
  if (allowed.length === 0) return true;
  const family = isIP(address);
  if (family === 0) return false;
  const list = new BlockList();
  for (const one of allowed) {
    const [network = '', prefix] = one.split('/');
    const kind = isIP(network) === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) list.addAddress(network, kind);
    else list.addSubnet(network, Number(prefix), kind);
  }
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
