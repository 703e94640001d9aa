import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { newId, randomFraction } from '../id.ts';
import type { Logger } from '../logging/logger.ts';
import { traceparentOf } from '../logging/traceparent.ts';
import { DAY_MS } from '../shanghai-day.ts';
import { traced } from '../timer/work-moved.ts';
import type { Posted, postPinned } from './post-pinned.ts';
import { signWebhook, webhookBody } from './sign-webhook.ts';
import { type ReadWebhookKey, webhookSecret } from './webhook-secret.ts';

export interface Deliverer {
  readonly db: Database;
  readonly readKey: ReadWebhookKey;
  readonly post: (...args: Parameters<typeof postPinned>) => Promise<Posted>;
  /** From 0 up to 1, each time another. Replaced in tests only. */
  readonly random?: () => number;
}

export interface Delivered {
  readonly delivered: number;
  readonly refused: number;
  readonly dead: number;
}

interface Due {
  readonly id: string;
  readonly webhookId: string;
  readonly type: string;
  readonly dataJson: string;
  readonly createdAtMs: number;
  readonly attempts: number;
  readonly url: string;
  readonly secretVersion: number;
  readonly previousEndsAtMs: number | null;
  readonly removedAtMs: number | null;
  readonly merchantState: string;
  readonly trace: string | null;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** After which attempt the next one comes at the latest, as the specification has it: three days, then it is given up. */
const DELAYS_MS = [
  ...[5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 14 * HOUR_MS],
  ...[20 * HOUR_MS, 24 * HOUR_MS],
];
/**
 * By how much of its wait an attempt comes sooner, at random: what failed together does not come back together. Sooner, so that the three days
 * stay the most; what an endpoint asks for in `Retry-After` is the least, so that is passed by as much instead.
 */
const SPREAD = 0.2;
export const MOST_ATTEMPTS = DELAYS_MS.length + 1;
/** Longer than an attempt can take: who holds it longer is dead. */
const LEASE_MS = MINUTE_MS;
/** What waits behind an attempt that failed: an endpoint that is down is not asked once for each of its events. */
const BEHIND_MS = MINUTE_MS;
export const AT_ONCE = 20;
/** Of the function's minute; a round takes up to 15 s. */
export const ROUNDS_MS = 35 * SECOND_MS;
const KEPT_MS = 30 * DAY_MS;
const FORGOTTEN_AT_ONCE = 1000;

/**
 * Tells endpoints what is due, oldest first. An attempt is counted when it is claimed, under a lease: of two ticks one has it, and a tick
 * that dies leaves it to a later one. So an event comes at least once, and its `webhook-id` says which it is.
 */
export async function deliverWebhooks(
  deliverer: Deliverer,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Delivered> {
  const { db } = deliverer;
  const began = clock();
  await db.write('DELETE FROM webhook_deliveries WHERE created_at <= ? ORDER BY created_at LIMIT ?', [
    ...[sqlTime(began - KEPT_MS), FORGOTTEN_AT_ONCE],
  ]);
  const counts = { delivered: 0, refused: 0, dead: 0 };
  while (clock() - began < ROUNDS_MS) {
    const due = await readDue(db, clock());
    if (due.length === 0) break;
    const ends = await Promise.all(due.map((one) => deliverOne(deliverer, one, clock)));
    for (const [index, { outcome, status, failure }] of ends.entries()) {
      const one = due[index];
      if (outcome === 'taken' || !one) continue;
      counts[outcome] += 1;
      const named = { deliveryId: one.id, webhookId: one.webhookId, ...traced(one.trace) };
      log('webhook_attempted', { ...named, type: one.type, attempt: one.attempts + 1, outcome, status, failure });
      if (outcome === 'dead') log('webhook_dead', named);
    }
  }
  return counts;
}

const readDue = (db: Database, nowMs: number): Promise<Due[]> =>
  db.query<Due>(
    `SELECT d.id, d.webhook_id AS webhookId, d.type, d.data_json AS dataJson, d.created_at AS createdAtMs, d.attempts, w.url,
       w.secret_version AS secretVersion, w.previous_ends_at AS previousEndsAtMs, w.removed_at AS removedAtMs, m.state AS merchantState, d.trace
     FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN merchants m ON m.id = d.merchant_id
     WHERE d.next_at <= ? ORDER BY d.next_at, d.seq LIMIT ?`,
    [sqlTime(nowMs), AT_ONCE],
  );

interface End {
  readonly outcome: 'delivered' | 'refused' | 'dead' | 'taken';
  readonly status?: number | undefined;
  readonly failure?: string | undefined;
}

async function deliverOne(
  { db, readKey, post, random = randomFraction }: Deliverer,
  due: Due,
  clock: Clock,
): Promise<End> {
  const nowMs = clock();
  const key = await readKey();
  const leaseId = newId('lse_', nowMs);
  const { affectedRows } = await db.write(
    `UPDATE webhook_deliveries SET lease_id = ?, next_at = ?, attempts = attempts + 1, attempted_at = ?, status = NULL, failure = NULL
     WHERE id = ? AND next_at <= ?`,
    [leaseId, sqlTime(nowMs + LEASE_MS), sqlTime(nowMs), due.id, sqlTime(nowMs)],
  );
  if (affectedRows === 0) return { outcome: 'taken' };
  const end = async (result: Ended): Promise<End> => {
    const { status, failure } = result;
    return { outcome: await endAttempt(db, { id: due.id, leaseId }, result, clock()), status, failure };
  };
  const hopeless = reasonNotTo(due);
  if (hopeless !== undefined) return end({ state: 'dead', failure: hopeless });
  const message = { id: due.id, body: webhookBody(due) };
  const signed = signWebhook(secretsOf(key, due, nowMs), message, nowMs);
  const traceparent = traceparentOf(due.trace, leaseId);
  const headers = { ...signed.headers, ...(traceparent !== undefined && { traceparent }) };
  const posted = await post(new URL(due.url), { headers, body: signed.body });
  if ('status' in posted && posted.status >= 200 && posted.status < 300) {
    return end({ state: 'delivered', status: posted.status });
  }
  const failure = 'status' in posted ? 'status' : posted.failure;
  const status = 'status' in posted ? posted.status : undefined;
  if (status === 410) await removeByAnswer(db, due.webhookId, clock());
  const delayMs = status === 410 ? undefined : DELAYS_MS[due.attempts];
  const ended = await end(
    delayMs === undefined
      ? { state: 'dead', failure, status }
      : { state: 'waiting', failure, status, delayMs: spread(delayMs, askedDelayMs(posted), random()) },
  );
  if (ended.outcome === 'refused') await holdBehind(db, due.webhookId, clock());
  return ended;
}

/** The secret of now and, for a while after a rotation, the one before. */
function secretsOf(key: Buffer, { webhookId, secretVersion, previousEndsAtMs }: Due, nowMs: number): Buffer[] {
  const isPreviousGood = previousEndsAtMs !== null && previousEndsAtMs > nowMs;
  const versions = isPreviousGood ? [secretVersion, secretVersion - 1] : [secretVersion];
  return versions.map((version) => webhookSecret(key, webhookId, version));
}

const spread = (delayMs: number, askedMs: number, random: number): number =>
  Math.round(Math.max(delayMs * (1 - SPREAD * random), askedMs * (1 + SPREAD * random)));

/** Why this one is given up without an attempt. A worker that died at the last attempt has left it here. */
function reasonNotTo({ removedAtMs, merchantState, attempts }: Due): 'removed' | 'account' | 'lost' | undefined {
  if (merchantState !== 'active') return 'account';
  if (removedAtMs !== null) return 'removed';
  return attempts >= MOST_ATTEMPTS ? 'lost' : undefined;
}

interface Ended {
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly failure?: string;
  readonly status?: number | undefined;
  readonly delayMs?: number;
}

/** Only while the lease stands: who replays it meanwhile has begun it anew. */
async function endAttempt(
  db: Database,
  { id, leaseId }: { id: string; leaseId: string },
  { state, failure, status, delayMs }: Ended,
  nowMs: number,
): Promise<'delivered' | 'refused' | 'dead' | 'taken'> {
  const { affectedRows } = await db.write(
    `UPDATE webhook_deliveries SET state = ?, lease_id = NULL, status = ?, failure = ?, next_at = ?, ended_at = ?
     WHERE id = ? AND lease_id = ?`,
    [
      ...[state, status ?? null, failure ?? null, delayMs === undefined ? null : sqlTime(nowMs + delayMs)],
      ...[state === 'waiting' ? null : sqlTime(nowMs), id, leaseId],
    ],
  );
  if (affectedRows === 0) return 'taken';
  return state === 'waiting' ? 'refused' : state;
}

/** `Retry-After` in seconds, of at most a day; a date is not understood. */
function askedDelayMs(posted: Posted): number {
  const text = 'retryAfter' in posted ? posted.retryAfter : undefined;
  return text !== undefined && /^\d{1,9}$/.test(text) ? Math.min(Number(text) * SECOND_MS, DAY_MS) : 0;
}

const holdBehind = (db: Database, webhookId: string, nowMs: number) =>
  db.write('UPDATE webhook_deliveries SET next_at = ? WHERE webhook_id = ? AND next_at <= ? AND lease_id IS NULL', [
    ...[sqlTime(nowMs + BEHIND_MS), webhookId, sqlTime(nowMs)],
  ]);

/** 410: the endpoint wants nothing more. https://github.com/standard-webhooks/standard-webhooks, delivery success and failure */
const removeByAnswer = (db: Database, webhookId: string, nowMs: number) =>
  db.write("UPDATE webhooks SET removed_at = ?, removed_by = 'endpoint' WHERE id = ? AND removed_at IS NULL", [
    ...[sqlTime(nowMs), webhookId],
  ]);
