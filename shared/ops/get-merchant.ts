import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { queryQuota } from '../quota/query-quota.ts';
import { maskPhone } from './mask-details.ts';

interface MerchantRow {
  readonly merchantId: string;
  readonly phone: string;
  readonly state: 'active' | 'suspended' | 'deleted';
  readonly planId: string | null;
  readonly membershipEndsAtMs: number | null;
  readonly createdAtMs: number;
}

interface LotRow {
  readonly lotId: string;
  readonly source: string;
  readonly access: 'basic' | 'member';
  readonly amount: number;
  readonly remaining: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
}

interface SessionRow {
  readonly sessionId: string;
  readonly userAgent: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly revokedAtMs: number | null;
}

/** One merchant as an operator sees it. @throws ApiError NOT_FOUND */
export async function getMerchant(db: Database, merchantId: string, nowMs: number) {
  const [row] = await db.query<MerchantRow>(
    `SELECT m.id AS merchantId, m.phone, m.state, a.plan_id AS planId, a.membership_ends_at AS membershipEndsAtMs,
       m.created_at AS createdAtMs
     FROM merchants m LEFT JOIN accounts a ON a.merchant_id = m.id WHERE m.id = ?`,
    [merchantId],
  );
  if (!row) throw new ApiError('NOT_FOUND');
  const lots = await readLots(db, merchantId);
  const { phone, ...merchant } = row;
  return {
    ...withoutNulls(merchant),
    phoneMasked: maskPhone(phone),
    available: (await queryQuota(db, merchantId, nowMs)).available,
    lots: lots.map(withoutNulls),
    sessions: (await readSessions(db, merchantId, nowMs)).map(withoutNulls),
  };
}

const SHOWN_LOTS = 200;

const readLots = (db: Database, merchantId: string): Promise<LotRow[]> =>
  db.query<LotRow>(
    `SELECT id AS lotId, source_key AS source, access, amount, remaining, created_at AS createdAtMs, expires_at AS expiresAtMs,
       revoked_at AS revokedAtMs
     FROM quota_lots WHERE merchant_id = ? ORDER BY expires_at DESC, id DESC LIMIT ?`,
    [merchantId, SHOWN_LOTS],
  );

const SHOWN_SESSIONS = 50;

const readSessions = (db: Database, merchantId: string, nowMs: number): Promise<SessionRow[]> =>
  db.query<SessionRow>(
    `SELECT id AS sessionId, user_agent AS userAgent, created_at AS createdAtMs, last_used_at AS lastUsedAtMs,
       revoked_at AS revokedAtMs
     FROM sessions WHERE merchant_id = ? AND expires_at > ? ORDER BY created_at DESC LIMIT ?`,
    [merchantId, sqlTime(nowMs), SHOWN_SESSIONS],
  );
