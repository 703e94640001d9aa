import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import { randomToken } from '../id.ts';
import { seal, unseal } from '../seal.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';
import type { SignedInOperator } from './signed-in-operator.ts';
import { totpUri } from './totp.ts';
import type { ReadTotpKey } from './totp-key.ts';

/** RFC 4226 §4 R6 recommends 160 bits. */
const SECRET_BYTES = 20;
/** Whoever enrols for the first time has just signed in by SMS: a session that was taken over later gives no second factor. */
const FRESH_SESSION_MS = 15 * 60_000;

type Outcome = 'begun' | 'replayed' | 'conflict' | 'stale_session' | 'step_up_required';

const REFUSALS = {
  conflict: 'IDEMPOTENCY_CONFLICT',
  stale_session: 'SIGN_IN_AGAIN',
  step_up_required: 'STEP_UP_REQUIRED',
} as const;

/**
 * A new secret for the operator's authenticator, in use from the first code that is shown of it.
 * @throws ApiError SIGN_IN_AGAIN, STEP_UP_REQUIRED, IDEMPOTENCY_CONFLICT, TOTP_SPENT when a repeated call finds it confirmed
 */
export async function enrolTotp(
  db: Database,
  readKey: ReadTotpKey,
  operator: SignedInOperator,
  write: OperatorWrite,
): Promise<{ uri: string; secret: string }> {
  const key = await readKey();
  const sealed = seal(key, Buffer.from(randomToken(SECRET_BYTES), 'base64url'), operator.id);
  const { outcome, pending } = await db.callProcedure<{ outcome: Outcome; pending: string | null }>('begin_totp_v1', [
    ...[operator.id, operator.sessionId, sealed, sqlTime(write.nowMs - FRESH_SESSION_MS)],
    ...writeParams(write),
  ]);
  if (outcome !== 'begun' && outcome !== 'replayed') throw new ApiError(REFUSALS[outcome]);
  if (pending === null) throw new ApiError('TOTP_SPENT');
  return totpUri(unseal(key, pending, operator.id), operator.name);
}
