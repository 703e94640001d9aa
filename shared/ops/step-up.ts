import type { Database } from '../db/database.ts';
import { databaseLimiter } from '../db/database-limiter.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { unseal } from '../seal.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';
import type { SignedInOperator } from './signed-in-operator.ts';
import { totpCounterOf } from './totp.ts';
import type { ReadTotpKey } from './totp-key.ts';

const STEPPED_UP_MS = 15 * 60_000;
/** A code has a million values, three of which are good at a time: whoever guesses has some 500 tries a day. */
const GUESSES = { limit: 5, windowSeconds: 15 * 60 };

type Outcome = 'used' | 'replayed' | 'conflict' | 'spent' | 'no_secret';

const REFUSALS = { conflict: 'IDEMPOTENCY_CONFLICT', spent: 'TOTP_SPENT', no_secret: 'TOTP_NOT_ENROLLED' } as const;

interface TotpRow {
  readonly sealed: string | null;
  readonly pending: string | null;
}

/**
 * Shows a code of the operator's authenticator; the session may then do for 15 minutes what asks for one. `confirm`: of the secret that
 * was enrolled last and is not in use yet.
 * @throws ApiError RATE_LIMITED, TOTP_INCORRECT, TOTP_SPENT, TOTP_NOT_ENROLLED, IDEMPOTENCY_CONFLICT
 */
export async function stepUp(
  db: Database,
  readKey: ReadTotpKey,
  operator: SignedInOperator,
  { code, confirm, write }: { code: string; confirm: boolean; write: OperatorWrite },
): Promise<{ steppedUpUntilMs: number }> {
  const [row] = await db.query<TotpRow>(
    'SELECT sealed, pending_sealed AS pending FROM operator_totps WHERE merchant_id = ?',
    [operator.id],
  );
  const sealed = (confirm ? row?.pending : row?.sealed) ?? null;
  // What is confirmed is pending no longer: a repeated call finds its code in the secret in use.
  const known = sealed ?? (confirm ? row?.sealed : undefined);
  if (known === null || known === undefined) throw new ApiError('TOTP_NOT_ENROLLED');
  const taken = await databaseLimiter(db)(`totp:${operator.id}`, GUESSES, write.nowMs);
  if (!taken.allowed) throw new ApiError('RATE_LIMITED', { headers: { 'Retry-After': String(taken.retrySeconds) } });
  const counter = totpCounterOf(unseal(await readKey(), known, operator.id), code, write.nowMs);
  if (counter === undefined) throw new ApiError('TOTP_INCORRECT');
  const until = write.nowMs + STEPPED_UP_MS;
  const { outcome, expires_at } = await db.callProcedure<{ outcome: Outcome; expires_at: number | null }>(
    'use_totp_v1',
    [
      ...[operator.id, operator.sessionId, write.action, confirm ? known : null, counter, sqlTime(until)],
      ...writeParams(write),
    ],
  );
  if (outcome !== 'used' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  return { steppedUpUntilMs: expires_at ?? until };
}
