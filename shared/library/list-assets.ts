import type { ASSET_KINDS } from '../contract/library.ts';
import type { Bucket } from '../cos/bucket.ts';
import { inputsExpireAtMs, type Retention, resultsExpireAtMs } from '../cos/retention.ts';
import type { Database } from '../db/database.ts';
import { isResult, readPlan } from '../features/plan.ts';
import { photoId, resultId } from '../tasks/asset-id.ts';
import { LINK_SECONDS, readLink, signedAt } from '../tasks/read-link.ts';
import { type AssetPage, photosQuery, resultsQuery } from './asset-queries.ts';

type Kind = (typeof ASSET_KINDS)[number];

export interface Asset {
  readonly assetId: string;
  readonly kind: Kind;
  readonly taskId: string;
  readonly featureId: string;
  readonly featureNameZh: string;
  readonly featureNameEn: string;
  readonly name: string;
  readonly fileName?: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly favourite: boolean;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly purgeAtMs?: number;
  readonly url: string;
  readonly urlExpiresAtMs: number;
}

interface Row extends Omit<Asset, 'assetId' | 'kind' | 'favourite' | 'fileName' | 'purgeAtMs'> {
  readonly step: number;
  readonly unit: number;
  readonly key: string;
  readonly favourite: number;
  readonly fileName: string | null;
  readonly purgeAtMs: number | null;
  readonly pipelineJson: string;
}

export interface AssetServices {
  readonly db: Database;
  readonly bucket: Bucket;
  readonly retention: Retention;
}

/** Steps' own files (cut-outs for later steps) are read and left out; a page goes on until it is full, or for this many reads. */
const MAX_READS = 5;

/** One page, newest first. `cursor` is the last asset of the page before; it may be short, and still have a next one. */
export async function listAssets(
  { db, bucket, retention }: AssetServices,
  merchantId: string,
  page: AssetPage,
  nowMs: number,
): Promise<{ items: Asset[]; nextCursor?: string }> {
  const isPhoto = page.kind === 'photo';
  const chunk = page.limit + 1;
  const items: Asset[] = [];
  let cursor = page.cursor ?? '';
  for (let reads = 0; reads < MAX_READS; reads++) {
    const query = (isPhoto ? photosQuery : resultsQuery)(
      merchantId,
      { ...page, cursor: cursor || undefined, limit: chunk },
      { retention, nowMs },
    );
    const rows = await db.query<Row>(query.sql, query.params);
    for (const row of rows) {
      if (items.length === page.limit) return { items, nextCursor: cursor };
      cursor = isPhoto ? photoId({ taskId: row.taskId, n: Number(row.name) }) : resultId(row);
      if (!isPhoto && !isResult(readPlan(row.pipelineJson), row)) continue;
      items.push(assetOf(row, cursor, isPhoto, { bucket, retention, nowMs }));
    }
    if (rows.length < chunk) return { items };
  }
  return { items, nextCursor: cursor };
}

function kindOf(contentType: string): Kind {
  if (contentType.startsWith('image/')) return 'picture';
  return contentType.startsWith('video/') ? 'video' : 'text';
}

function assetOf(
  { key, step: _, unit: __, pipelineJson: ___, favourite, fileName, purgeAtMs, ...row }: Row,
  assetId: string,
  isPhoto: boolean,
  { bucket, retention, nowMs }: { bucket: Bucket; retention: Retention; nowMs: number },
): Asset {
  return {
    ...row,
    ...{ assetId, kind: isPhoto ? 'photo' : kindOf(row.contentType), favourite: favourite === 1 },
    ...(fileName !== null && { fileName }),
    expiresAtMs: (isPhoto ? inputsExpireAtMs : resultsExpireAtMs)(row.createdAtMs, retention),
    ...(purgeAtMs !== null && { purgeAtMs }),
    url: readLink(bucket, key, nowMs),
    urlExpiresAtMs: signedAt(nowMs) + LINK_SECONDS * 1000,
  };
}
