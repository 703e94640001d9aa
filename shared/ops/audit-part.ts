import type { Database } from '../db/database.ts';
import { CHECKS, runCheck, type Violation } from './audit-ledger.ts';

export interface AuditPart {
  readonly violations: readonly Violation[];
  /** How many there are in all. */
  readonly checks: number;
  /** The check to go on with; null: all were made. */
  readonly next: number | null;
}

interface PartRequest {
  readonly nowMs: number;
  /** The check to begin with. */
  readonly from: number;
  /** Asked between two checks; at least one is made. */
  readonly isTimeUp: () => boolean;
}

/** Sweepers run every 15–30 s; what is overdue by more than this has been forgotten. */
const OVERDUE_MS = 5 * 60_000;

/** As many checks as there is time for. */
export async function auditPart(db: Database, { nowMs, from, isTimeUp }: PartRequest): Promise<AuditPart> {
  const violations: Violation[] = [];
  for (const [index, check] of CHECKS.entries()) {
    if (index < from) continue;
    if (index > from && isTimeUp()) return { violations, checks: CHECKS.length, next: index };
    violations.push(...(await runCheck(db, check, nowMs - OVERDUE_MS)));
  }
  return { violations, checks: CHECKS.length, next: null };
}
