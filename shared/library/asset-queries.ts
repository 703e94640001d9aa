import type { ASSET_KINDS } from '../contract/library.ts';
import { inputsExpireAtMs, type Retention, resultsKeptSinceMs } from '../cos/retention.ts';
import type { SqlValue } from '../db/database.ts';
import { likePattern } from '../db/like-pattern.ts';
import { sqlTime } from '../db/sql-time.ts';
import { firstIdOf } from '../id.ts';
import { parsePhotoId, parseResultId } from '../tasks/asset-id.ts';

export interface AssetPage {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly kind?: (typeof ASSET_KINDS)[number] | undefined;
  readonly featureId?: string | undefined;
  readonly fromMs?: string | undefined;
  readonly toMs?: string | undefined;
  readonly favourite?: boolean;
  readonly deleted?: boolean;
  readonly search?: string | undefined;
}

interface Query {
  readonly sql: string;
  readonly params: SqlValue[];
}

interface At {
  readonly retention: Retention;
  readonly nowMs: number;
}

type Condition = readonly [sql: string, ...params: SqlValue[]];

const KINDS: Readonly<Record<string, Condition>> = {
  picture: ["o.content_type LIKE 'image/%'"],
  video: ["o.content_type LIKE 'video/%'"],
  text: ["o.content_type NOT LIKE 'image/%' AND o.content_type NOT LIKE 'video/%'"],
};

const FILE = `t.feature_id AS featureId, f.name_zh AS featureNameZh, f.name_en AS featureNameEn, b.file_name AS fileName,
  t.created_at AS createdAtMs, t.pipeline_json AS pipelineJson, o.object_key AS \`key\`, o.content_type AS contentType,
  o.size_bytes AS sizeBytes, o.width, o.height`;
const OF_TASK = `JOIN tasks t ON t.id = o.task_id JOIN features f ON f.id = t.feature_id
  LEFT JOIN batch_tasks b ON b.task_id = t.id`;

/** Ids carry their time, so that dates and the end of a result's life are a range of the index that the page walks. */
export function resultsQuery(merchantId: string, page: AssetPage, { retention, nowMs }: At): Query {
  const cursor = page.cursor === undefined ? undefined : parseResultId(page.cursor);
  const conditions: Condition[] = [
    ...ofTask(merchantId, page, resultsKeptSinceMs(nowMs, retention)),
    ["o.purged_at IS NULL AND t.state = 'succeeded'"],
    page.deleted ? ['o.purge_at > ?', sqlTime(nowMs)] : ['o.purge_at IS NULL'],
  ];
  if (page.kind !== undefined) conditions.push(KINDS[page.kind] ?? ['FALSE']);
  if (page.favourite) conditions.push(['o.favourite = 1']);
  if (cursor) {
    const { taskId, step, unit, name } = cursor;
    conditions.push(
      ['o.task_id <= ?', taskId],
      ['(o.task_id, o.step, o.unit, o.name) < (?, ?, ?, ?)', taskId, step, unit, name],
    );
  }
  return queryOf(
    `o.task_id AS taskId, o.step, o.unit, o.name, o.favourite, o.purge_at AS purgeAtMs, ${FILE}
     FROM task_outputs o ${OF_TASK}`,
    conditions,
    'o.task_id DESC, o.step DESC, o.unit DESC, o.name DESC',
    page.limit,
  );
}

/** Photos that have arrived and are still kept. */
export function photosQuery(merchantId: string, page: AssetPage, { retention, nowMs }: At): Query {
  const cursor = page.cursor === undefined ? undefined : parsePhotoId(page.cursor);
  const conditions: Condition[] = [
    ...ofTask(merchantId, page, nowMs - inputsExpireAtMs(0, retention)),
    ['o.received_at IS NOT NULL'],
  ];
  if (page.favourite || page.deleted) conditions.push(['FALSE']);
  if (cursor) {
    const { taskId, n } = cursor;
    conditions.push(['o.task_id <= ?', taskId], ['(o.task_id, o.n) < (?, ?)', taskId, n]);
  }
  return queryOf(
    `o.task_id AS taskId, 0 AS step, 0 AS unit, CAST(o.n AS CHAR) AS name, 0 AS favourite, NULL AS purgeAtMs, ${FILE}
     FROM task_inputs o ${OF_TASK}`,
    conditions,
    'o.task_id DESC, o.n DESC',
    page.limit,
  );
}

function ofTask(merchantId: string, page: AssetPage, keptSinceMs: number): Condition[] {
  // What was created at that very moment is over by now.
  const fromMs = Math.max(Number(page.fromMs ?? 0), keptSinceMs + 1, 0);
  const conditions: Condition[] = [
    ['o.merchant_id = ?', merchantId],
    ['o.task_id >= ?', firstIdOf('tsk_', fromMs)],
  ];
  if (page.toMs !== undefined) conditions.push(['o.task_id < ?', firstIdOf('tsk_', Number(page.toMs))]);
  if (page.featureId !== undefined) conditions.push(['t.feature_id = ?', page.featureId]);
  if (page.search !== undefined) {
    const pattern = likePattern(page.search);
    conditions.push(['(b.file_name LIKE ? OR f.name_zh LIKE ? OR f.name_en LIKE ?)', pattern, pattern, pattern]);
  }
  return conditions;
}

function queryOf(columns: string, conditions: readonly Condition[], order: string, limit: number): Query {
  const where = conditions.map(([sql]) => sql).join(' AND ');
  const params = conditions.flatMap(([, ...values]) => values);
  return { sql: `SELECT ${columns} WHERE ${where} ORDER BY ${order} LIMIT ?`, params: [...params, limit] };
}
