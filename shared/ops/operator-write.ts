import type { SqlValue } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';

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
