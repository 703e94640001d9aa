import type { ErrorCode } from '../contract/errors.ts';
import type { Database, SqlValue } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';

/** Who writes what, under which key: what its row in the audit log says beside what was written. */
export interface OperatorWrite {
  readonly operatorId: string;
  /** The operation's name. */
  readonly action: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/** The last four parameters of every operator's procedure. */
export const writeParams = ({ idempotencyKey, requestHash, requestId, nowMs }: OperatorWrite): SqlValue[] => [
  ...[idempotencyKey, requestHash, requestId, sqlTime(nowMs)],
];

/** Whether something stands under this key. */
export async function isWritten(db: Database, { operatorId, idempotencyKey }: OperatorWrite): Promise<boolean> {
  const rows = await db.query('SELECT seq FROM audit_log WHERE actor = ? AND idempotency_key = ?', [
    ...[operatorId, idempotencyKey],
  ]);
  return rows.length > 0;
}

/**
 * Calls an operator's procedure: who writes comes first, what the row of the log needs last.
 * @returns the row of what was done now, or under this key before
 * @throws ApiError of `refusals` by the outcome; IDEMPOTENCY_CONFLICT: the key stands for something else
 */
export async function callWrite<Row extends { readonly outcome: string }>(
  db: Database,
  procedure: string,
  params: readonly SqlValue[],
  write: OperatorWrite,
  refusals: Readonly<Record<string, ErrorCode>> = {},
): Promise<Row> {
  const row = await db.callProcedure<Row>(procedure, [write.operatorId, ...params, ...writeParams(write)]);
  const known: Readonly<Record<string, ErrorCode | undefined>> = { conflict: 'IDEMPOTENCY_CONFLICT', ...refusals };
  const refusal = known[row.outcome];
  if (refusal !== undefined) throw new ApiError(refusal);
  return row;
}
