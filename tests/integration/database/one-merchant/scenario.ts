import type { Database, SqlValue } from '../../../../shared/db/database.ts';
import { sqlTime } from '../../../../shared/db/sql-time.ts';
import { newId } from '../../../../shared/id.ts';
import { claimUnit, type Lease } from '../../../../shared/tasks/unit-procedures.ts';
import { grantCredits, NOW_MS, newMerchant, newTask, queueTask } from '../../../fixtures/product-database.ts';

/** A merchant, and what the rows of nobody know of it. */
export interface Owner {
  readonly id: string;
  readonly phone: string;
  readonly address: string;
}

/** One ending of one procedure: `prepare` leaves what must be there before, for one merchant, and says the parameters. */
export interface Scenario {
  readonly procedure: string;
  readonly outcome: string;
  readonly prepare: (db: Database, owner: Owner) => Promise<readonly SqlValue[]>;
  /** It makes the account whose lots it makes: nobody else can hold that one. */
  readonly makesAccount?: true;
}

export const HASH = 'a'.repeat(64);
export const at = (afterMs: number): string => sqlTime(NOW_MS + afterMs);

let numbers = 0;
/** Another number at each call: keys, phones and hashes that nobody has. */
export const nextNumber = (): number => ++numbers;
export const freshHash = (): string => nextNumber().toString(16).padStart(64, '0');

export async function newOwner(db: Database): Promise<Owner> {
  const id = await newMerchant(db);
  const [row] = await db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [id]);
  return { id, phone: row?.phone ?? '', address: `10.${nextNumber() % 250}.0.${nextNumber() % 250}` };
}

/** A task that awaits its upload, paid from two lots. */
export async function awaitingTask(db: Database, owner: Owner): Promise<string> {
  await grantCredits(db, owner.id, 1);
  await grantCredits(db, owner.id, 5);
  return newTask(db, owner.id);
}

export async function queuedTask(db: Database, owner: Owner): Promise<string> {
  const taskId = await awaitingTask(db, owner);
  await queueTask(db, taskId);
  return taskId;
}

/** A task whose unit is leased; `attempt`: which one it is of three. */
export async function leasedUnit(db: Database, owner: Owner, attempt = 1): Promise<Lease> {
  const taskId = await queuedTask(db, owner);
  await db.write('UPDATE task_units SET attempts = ? WHERE task_id = ?', [attempt - 1, taskId]);
  const lease = { taskId, step: 0, unit: 0, leaseId: newId('lse_', NOW_MS) };
  await claimUnit(db, lease, NOW_MS);
  return lease;
}

/** Its merchant has deleted it. */
export async function closeAccount(db: Database, owner: Owner): Promise<void> {
  await db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [at(-1), owner.id]);
}

/** The lots that a task was paid from have run out. */
export async function expireLots(db: Database, owner: Owner): Promise<void> {
  await db.write('UPDATE quota_lots SET expires_at = ? WHERE merchant_id = ?', [at(-1), owner.id]);
}
