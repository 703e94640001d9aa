import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { newId } from '../id.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

const DAY_MS = 86_400_000;

export interface Grant {
  readonly merchantId: string;
  readonly credits: number;
  readonly access: 'basic' | 'member';
  readonly days: number;
  readonly reason: string;
}

interface Row {
  readonly outcome: 'granted' | 'replayed' | 'conflict' | 'unknown';
  readonly lot_id: string | null;
}

/** Gives credits away. @throws ApiError NOT_FOUND, IDEMPOTENCY_CONFLICT */
export async function grantCredits(db: Database, grant: Grant, write: OperatorWrite) {
  const { merchantId, credits, access, days, reason } = grant;
  const { outcome, lot_id } = await db.callProcedure<Row>('grant_credits_v1', [
    ...[write.operatorId, merchantId, newId('lot_', write.nowMs), credits, access],
    ...[sqlTime(write.nowMs + days * DAY_MS), reason, ...writeParams(write)],
  ]);
  if (outcome === 'unknown') throw new ApiError('NOT_FOUND');
  if (outcome === 'conflict') throw new ApiError('IDEMPOTENCY_CONFLICT');
  const [lot] = await db.query<{ lotId: string; credits: number; expiresAtMs: number }>(
    'SELECT id AS lotId, amount AS credits, expires_at AS expiresAtMs FROM quota_lots WHERE id = ?',
    [lot_id],
  );
  if (!lot) throw new TypeError('a lot that was just granted is gone');
  return lot;
}
