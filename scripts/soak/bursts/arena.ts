import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { Objects } from '../../../shared/cos/objects.ts';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import { newId } from '../../../shared/id.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { claimUnit, type Lease } from '../../../shared/tasks/unit-procedures.ts';
import type { ProductServer } from '../product-server.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { memoryObjects } from '../simulation/memory-objects.ts';
import { jpegPhoto, PHOTO_BYTES } from '../simulation/photos.ts';
import { makeWorld, startOf } from '../simulation/world.ts';

export const NOW_MS = startOf(0);
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const FAR_MS = NOW_MS + 30 * DAY_MS;
const SPREAD_MS = 9;

/** Where things are done at once: connections as instances have them, and a COS in memory. */
export interface Arena {
  readonly db: Database;
  readonly plain: Connection;
  readonly connections: readonly Database[];
  readonly objects: Objects;
}

export async function openArena(
  product: ProductServer,
  connections: number,
  statementTimeoutMs = 20_000,
): Promise<Arena> {
  return {
    db: product.open({ statementTimeoutMs }),
    plain: await product.plain(),
    connections: Array.from({ length: connections }, () => product.open({ statementTimeoutMs })),
    objects: memoryObjects(makeWorld([], NOW_MS), (_label, perform) => perform()),
  };
}

/** A merchant with one lot for each amount; they end one hour apart, the first at `expiresAtMs`. */
export async function merchantWith(
  { plain }: Arena,
  amounts: readonly number[],
  expiresAtMs = FAR_MS,
): Promise<string> {
  const merchant = newId('mch_', NOW_MS);
  const at = sqlTime(NOW_MS);
  const lots = amounts.map((amount, n) => ({
    id: newId('lot_', NOW_MS),
    amount,
    endsAt: sqlTime(expiresAtMs + n * HOUR_MS),
  }));
  await plain.query(
    `INSERT INTO merchants (id, phone, created_at) VALUES (?, ?, ?);
     INSERT INTO accounts (merchant_id, created_at) VALUES (?, ?);
     ${
       lots.length === 0
         ? ''
         : `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at) VALUES ?;
            INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at) VALUES ?`
     }`,
    [
      ...[merchant, merchant.slice(-16), at, merchant, at],
      lots.map(({ id, amount, endsAt }) => [id, merchant, `burst:${id}`, 'member', amount, amount, at, endsAt]),
      lots.map(({ id, amount }) => [merchant, id, 'grant', amount, `burst:${id}`, at]),
    ],
  );
  return merchant;
}

let keys = 0;

export function create(
  db: Database,
  merchantId: string,
  over: { key?: string; featureId?: string; nowMs?: number } = {},
) {
  return createTask(db, {
    ...{ merchantId, featureId: over.featureId ?? 'basic_clean', requestHash: 'a'.repeat(64) },
    ...{ idempotencyKey: over.key ?? `burst-${++keys}`, nowMs: over.nowMs ?? NOW_MS },
    inputs: [{ contentType: 'image/jpeg', sizeBytes: PHOTO_BYTES }],
  });
}

/** A task that waits for its first unit, with its photo in COS. */
export async function queuedTask(arena: Arena, merchant: string, featureId = 'basic_clean'): Promise<string> {
  const { taskId } = await create(arena.db, merchant, { featureId });
  const { etag } = await arena.objects.put(`inputs/${taskId}/0`, jpegPhoto(1), 'image/jpeg');
  const times = [NOW_MS, NOW_MS + 600_000, NOW_MS + 30_000].map(sqlTime);
  await arena.db.callProcedure('accept_input_v2', [taskId, 0, etag, 640, 480, ...times]);
  return taskId;
}

export async function claim(db: Database, taskId: string, unit = 0, nowMs = NOW_MS): Promise<Lease> {
  const lease = { taskId, step: 0, unit, leaseId: newId('lse_', nowMs) };
  const { outcome } = await claimUnit(db, lease, nowMs);
  if (outcome !== 'claimed') throw new Error(`not claimed: ${outcome}`);
  return lease;
}

export const outputOf = ({ taskId, step, unit, leaseId }: Lease) => ({
  ...{ name: 'white.jpg', key: `outputs/${taskId}/${step}/${unit}/${leaseId}/white.jpg`, contentType: 'image/jpeg' },
  ...{ width: 8, height: 8, sizeBytes: 8, flags: '' },
});

/** What each of the things done at once came to: its result, or the code of its refusal. Any other error is thrown. */
export async function atOnce(
  { connections }: Arena,
  random: SeededRandom,
  deeds: readonly ((db: Database) => Promise<unknown>)[],
): Promise<unknown[]> {
  const order = deeds.map((deed) => ({ deed, rank: random.below(1_000_000) })).sort((a, b) => a.rank - b.rank);
  // Now and then one after the other, a little: what is quick would always be first.
  const spreadMs = random.oneIn(3) ? SPREAD_MS : 1;
  const outcomes = await Promise.allSettled(
    order.map(async ({ deed }, n) => {
      const waitMs = random.below(spreadMs);
      if (waitMs > 0) await sleep(waitMs);
      return deed(connections[n % connections.length] as Database);
    }),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    if (outcome.reason instanceof ApiError) return outcome.reason.code;
    throw outcome.reason;
  });
}

export const count = (outcomes: readonly unknown[], ...wanted: unknown[]): number =>
  outcomes.filter((outcome) => wanted.includes(outcome)).length;

/** Credits that the merchant holds, spendable or not. */
export async function holds(arena: Arena, merchant: string): Promise<number> {
  const [row] = await arena.db.query<{ held: number }>(
    'SELECT COALESCE(SUM(remaining), 0) AS held FROM quota_lots WHERE merchant_id = ?',
    [merchant],
  );
  return Number(row?.held);
}

export async function stateOf(arena: Arena, taskId: string): Promise<string> {
  const [row] = await arena.db.query<{ state: string }>('SELECT state FROM tasks WHERE id = ?', [taskId]);
  return row?.state ?? 'none';
}

/** Does conflicting things at once; answers what came out otherwise than it must, one sentence each. */
export type Scenario = (arena: Arena, random: SeededRandom) => Promise<string[]>;
