import type { Database, SqlValue } from '../db/database.ts';
import { pageOf, withoutNulls } from '../db/page-of.ts';
import { idsOfDay } from './ids-of-day.ts';
import { traceRequest } from './trace-request.ts';

type State = 'awaiting_upload' | 'queued' | 'processing' | 'succeeded' | 'failed' | 'canceled' | 'expired';

interface Row {
  readonly taskId: string;
  readonly merchantId: string;
  readonly featureId: string;
  readonly featureVersion: number;
  readonly state: State;
  readonly credits: number;
  readonly refundedCredits: number;
  readonly errorCode: string | null;
  readonly retryOf: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface TaskSearch {
  readonly merchantId?: string | undefined;
  readonly state?: State | undefined;
  readonly taskId?: string | undefined;
  readonly featureId?: string | undefined;
  readonly errorCode?: string | undefined;
  /** In China. */
  readonly day?: string | undefined;
  /** Of the request that ordered them. */
  readonly trace?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Tasks of all merchants, newest first: each condition has an index that ends in the id. With a trace, the first page tells of its request. */
export async function searchTasks(db: Database, search: TaskSearch) {
  const asked: [string, string | undefined][] = [
    ['t.merchant_id = ?', search.merchantId],
    ['t.state = ?', search.state],
    ['t.id = ?', search.taskId],
    ['t.trace = ?', search.trace],
    ['t.feature_id = ?', search.featureId],
    ['t.error_code = ?', search.errorCode],
    ['t.id >= ?', search.day && idsOfDay('tsk_', search.day)[0]],
    ['t.id < ?', search.day && idsOfDay('tsk_', search.day)[1]],
    ['t.id < ?', search.cursor ?? 'tsk_~'],
  ];
  const conditions = asked.filter(([, value]) => value !== undefined);
  const values: SqlValue[] = conditions.map(([, value]) => value ?? '');
  const rows = await db.query<Row>(
    `SELECT t.id AS taskId, t.merchant_id AS merchantId, t.feature_id AS featureId, t.feature_version AS featureVersion, t.state,
       t.credits, t.refunded_credits AS refundedCredits, t.error_code AS errorCode, t.retry_of AS retryOf,
       t.created_at AS createdAtMs, t.started_at AS startedAtMs, t.ended_at AS endedAtMs
     FROM tasks t WHERE ${conditions.map(([condition]) => condition).join(' AND ')} ORDER BY t.id DESC LIMIT ?`,
    [...values, search.limit + 1],
  );
  const page = pageOf(rows.map(withoutNulls), search.limit, ({ taskId }) => taskId);
  if (search.trace === undefined || search.cursor !== undefined) return page;
  return { ...page, traced: await traceRequest(db, search.trace) };
}
