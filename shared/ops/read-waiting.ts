import type { Database } from '../db/database.ts';

/** Looked at for the longest wait: the queue's own deadline of ten minutes keeps it far shorter. */
const OLDEST = 1000;

/** What waits now: tasks, engines, cases and invoices. `configured`: the engines of this deployment. */
export async function readWaiting(db: Database, configured: readonly string[], nowMs: number) {
  return {
    queue: await readQueue(db, nowMs),
    engines: await readEngineHealth(db, configured, nowMs),
    openCases: await count(db, "SELECT COUNT(*) AS n FROM reconciliation_cases WHERE state = 'open'"),
    openInvoices: await count(db, "SELECT COUNT(*) AS n FROM invoice_requests WHERE state = 'requested'"),
  };
}

async function count(db: Database, sql: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(sql);
  return Number(row?.n ?? 0);
}

async function readQueue(db: Database, nowMs: number) {
  const rows = await db.query<{ state: string; tasks: number }>(
    `SELECT state, COUNT(*) AS tasks FROM tasks WHERE state IN ('awaiting_upload', 'queued', 'processing') GROUP BY state`,
  );
  const inState = (state: string) => Number(rows.find((row) => row.state === state)?.tasks ?? 0);
  const [oldest] = await db.query<{ sinceMs: number | null }>(
    `SELECT MIN(q.queued_at) AS sinceMs FROM
       (SELECT queued_at FROM tasks WHERE state = 'queued' ORDER BY id LIMIT ${OLDEST}) q`,
  );
  return {
    ...{ awaitingUpload: inState('awaiting_upload'), queued: inState('queued'), processing: inState('processing') },
    oldestWaitMs: waitOf(oldest?.sinceMs, nowMs),
  };
}

const waitOf = (sinceMs: number | null | undefined, nowMs: number): number | null =>
  typeof sinceMs === 'number' ? Math.max(0, nowMs - sinceMs) : null;

async function readEngineHealth(db: Database, configured: readonly string[], nowMs: number) {
  const breakers = await db.query<{ engine: string; failures: number; openUntilMs: number }>(
    'SELECT engine, failures, open_until AS openUntilMs FROM engine_breakers',
  );
  const waiting = await db.query<{ engine: string; units: number; sinceMs: number | null }>(
    'SELECT engine, COUNT(*) AS units, MIN(queued_at) AS sinceMs FROM engine_queue GROUP BY engine',
  );
  const names = new Set([...configured, ...[...breakers, ...waiting].map(({ engine }) => engine)]);
  return [...names].sort().map((engine) => {
    const breaker = breakers.find((row) => row.engine === engine);
    const queue = waiting.find((row) => row.engine === engine);
    const rests = breaker !== undefined && breaker.openUntilMs > nowMs;
    return {
      ...{
        engine,
        configured: configured.includes(engine),
        state: rests ? ('resting' as const) : ('working' as const),
      },
      ...{ failures: breaker?.failures ?? 0, ...(rests && { restsUntilMs: breaker.openUntilMs }) },
      ...{ waiting: Number(queue?.units ?? 0), oldestWaitMs: waitOf(queue?.sinceMs, nowMs) },
    };
  });
}
