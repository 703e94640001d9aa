import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { maskDetails } from './mask-details.ts';
import type { OperatorWrite } from './operator-write.ts';

/** A read of what is somebody's, before it is answered: nobody looks unseen. */
export async function noteRead(db: Database, write: OperatorWrite, target: string, input: unknown): Promise<void> {
  await db.write(
    `INSERT INTO audit_log (actor, action, target, reason, details_json, request_id, created_at)
     VALUES (?, ?, ?, '', ?, ?, ?)`,
    [write.operatorId, write.action, target, maskDetails(input), write.requestId, sqlTime(write.nowMs)],
  );
}
