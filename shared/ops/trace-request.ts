import type * as z from 'zod/mini';
import type { searchTasks, TRACE_EVENTS } from '../contract/ops-work.ts';
import type { Database } from '../db/database.ts';

type Traced = NonNullable<z.input<typeof searchTasks.output>['traced']>;
type EventKind = (typeof TRACE_EVENTS)[number];
type Event = Traced['events'][number];

interface EventRow {
  readonly atMs: number | null;
  readonly about: string;
  /** What it was, in words and numbers as they stand in their columns. */
  readonly [more: string]: string | number | null;
}

/** Of each kind: a batch of a hundred photos has a few hundred. */
const ROWS = 500;
const ORDERS = 100;

/**
 * What the database knows of one request: each statement begins at an index of traces or request ids. The log knows more
 * (`docs/events.md`), for as long as it is kept.
 */
const EVENTS: readonly (readonly [event: EventKind, sql: string])[] = [
  [
    'task_created',
    'SELECT created_at AS atMs, id AS about, feature_id AS a, feature_version AS b FROM tasks WHERE trace = ?',
  ],
  ['task_queued', 'SELECT queued_at AS atMs, id AS about FROM tasks WHERE trace = ?'],
  ['task_started', 'SELECT started_at AS atMs, id AS about FROM tasks WHERE trace = ?'],
  ['task_ended', 'SELECT ended_at AS atMs, id AS about, state AS a, error_code AS b FROM tasks WHERE trace = ?'],
  [
    'photo_received',
    `SELECT i.received_at AS atMs, i.task_id AS about, i.n + 1 AS a
     FROM tasks t JOIN task_inputs i ON i.task_id = t.id WHERE t.trace = ?`,
  ],
  [
    'job_submitted',
    `SELECT j.created_at AS atMs, j.task_id AS about, j.engine AS a, j.step + 1 AS b, j.unit + 1 AS c
     FROM tasks t JOIN provider_jobs j ON j.task_id = t.id WHERE t.trace = ?`,
  ],
  [
    'job_ended',
    `SELECT j.ended_at AS atMs, j.task_id AS about, j.engine AS a, j.step + 1 AS b, j.unit + 1 AS c, j.state AS d
     FROM tasks t JOIN provider_jobs j ON j.task_id = t.id WHERE t.trace = ?`,
  ],
  [
    'credits',
    `SELECT e.created_at AS atMs, e.task_id AS about, e.kind AS a, e.amount AS b
     FROM tasks t JOIN quota_entries e ON e.task_id = t.id WHERE t.trace = ?`,
  ],
  ['order_created', 'SELECT created_at AS atMs, id AS about, plan_id AS a, channel AS b FROM orders WHERE trace = ?'],
  ['order_closed', 'SELECT closed_at AS atMs, id AS about FROM orders WHERE trace = ?'],
  [
    'payment',
    `SELECT p.created_at AS atMs, p.order_id AS about, p.channel AS a, p.source AS b, p.disposition AS c
     FROM orders o JOIN payments p ON p.order_id = o.id WHERE o.trace = ?`,
  ],
  [
    'refund',
    `SELECT r.created_at AS atMs, r.order_id AS about, r.kind AS a
     FROM orders o JOIN refunds r ON r.order_id = o.id WHERE o.trace = ?`,
  ],
  [
    'refund_ended',
    `SELECT r.ended_at AS atMs, r.order_id AS about, r.state AS a
     FROM orders o JOIN refunds r ON r.order_id = o.id WHERE o.trace = ?`,
  ],
  ['operator', 'SELECT created_at AS atMs, target AS about, action AS a FROM audit_log WHERE request_id = ?'],
  [
    'operator',
    `SELECT x.created_at AS atMs, x.target AS about, x.action AS a
     FROM tasks t JOIN audit_log x ON x.target = t.id AND x.idempotency_key IS NOT NULL WHERE t.trace = ?`,
  ],
  [
    'operator',
    `SELECT x.created_at AS atMs, x.target AS about, x.action AS a
     FROM orders o JOIN audit_log x ON x.target = o.id AND x.idempotency_key IS NOT NULL WHERE o.trace = ?`,
  ],
];

/** Of one moment, as they follow from each other. */
const ORDER: readonly EventKind[] = [
  ...(['operator', 'order_created', 'payment', 'refund', 'refund_ended', 'order_closed'] as const),
  ...(['task_created', 'credits', 'photo_received', 'task_queued', 'task_started'] as const),
  ...(['job_submitted', 'job_ended', 'task_ended'] as const),
];

/** The orders of a request, and the line of all that it set off. Its tasks are a list of their own. */
export async function traceRequest(db: Database, trace: string): Promise<Traced> {
  const orders = await db.query<Traced['orders'][number]>(
    `SELECT id AS orderId, merchant_id AS merchantId, state, amount_fen AS amountFen, created_at AS createdAtMs
     FROM orders WHERE trace = ? ORDER BY id DESC LIMIT ?`,
    [trace, ORDERS],
  );
  const events: Event[] = [];
  for (const [event, sql] of EVENTS) {
    for (const { atMs, about, ...more } of await db.query<EventRow>(`${sql} LIMIT ?`, [trace, ROWS])) {
      const detail = Object.values(more).filter((one) => one !== null && one !== '');
      if (atMs !== null) events.push({ atMs, about, event, detail: detail.join(' · ') });
    }
  }
  const seen = new Set<string>();
  const once = events.filter((event) => {
    const key = JSON.stringify(event);
    if (event.event === 'operator' && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return { orders, events: once.sort((a, b) => a.atMs - b.atMs || ORDER.indexOf(a.event) - ORDER.indexOf(b.event)) };
}
