import { createHash } from 'node:crypto';
import type { Bucket } from '../cos/bucket.ts';
import { presignUrl } from '../cos/sign-url.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { inspectHead } from '../media/inspect-head.ts';
import { readLink } from '../tasks/read-link.ts';
import { type OperatorWrite, writeParams } from './operator-write.ts';

export interface ModelPhoto {
  readonly gender: 'female' | 'male';
  readonly scene: 'street' | 'studio' | 'indoor';
  readonly pose: number;
  readonly enabled: boolean;
  readonly upload?: { readonly contentType: string; readonly sizeBytes: number } | undefined;
  readonly reason: string;
}

type Outcome = 'saved' | 'replayed' | 'conflict' | 'unknown';

const UPLOAD_SECONDS = 900;
const TIMEOUT_MS = 5000;

/** @throws ApiError NOT_FOUND (no photo of the pose), VALIDATION_FAILED (none is there yet, or no picture), IDEMPOTENCY_CONFLICT, UNAVAILABLE */
export async function saveModelPhoto(
  db: Database,
  bucket: Bucket,
  { gender, scene, pose, enabled, upload, reason }: ModelPhoto,
  write: OperatorWrite,
) {
  const newKey = upload ? keyOf(write, `${gender}-${scene}-${pose}`) : null;
  const key = newKey === null ? await newestKey(db, gender, scene, pose) : '';
  if (newKey === null && enabled) await mustBePicture(bucket, key, write.nowMs);
  const { outcome } = await db.callProcedure<{ outcome: Outcome }>('save_model_photo_v1', [
    ...[write.operatorId, gender, scene, pose, newKey, key, enabled ? 1 : 0, reason, ...writeParams(write)],
  ]);
  if (outcome === 'conflict') throw new ApiError('IDEMPOTENCY_CONFLICT');
  if (outcome === 'unknown') throw new ApiError('NOT_FOUND');
  const saved = { gender, scene, pose, enabled };
  return upload && newKey !== null ? { ...saved, upload: uploadTo(bucket, newKey, upload, write.nowMs) } : saved;
}

/** The same for the same write, so that an answer which was lost is given again. */
const keyOf = ({ operatorId, idempotencyKey }: OperatorWrite, name: string): string =>
  `models/${name}/${createHash('sha256').update(`${operatorId} ${idempotencyKey}`).digest('hex').slice(0, 24)}`;

async function newestKey(db: Database, gender: string, scene: string, pose: number): Promise<string> {
  const [row] = await db.query<{ key: string }>(
    'SELECT COALESCE(pending_key, object_key) AS `key` FROM model_photos WHERE gender = ? AND scene = ? AND pose = ?',
    [gender, scene, pose],
  );
  if (!row) throw new ApiError('NOT_FOUND');
  return row.key;
}

function uploadTo(bucket: Bucket, key: string, upload: NonNullable<ModelPhoto['upload']>, nowMs: number) {
  const { url, headers } = presignUrl({
    ...bucket,
    credentials: bucket.credentials(),
    ...{ key, method: 'PUT', nowMs, expiresSeconds: UPLOAD_SECONDS + 2 },
    headers: { 'Content-Type': upload.contentType, 'Content-Length': String(upload.sizeBytes) },
  });
  return { url, method: 'PUT' as const, headers, expiresAtMs: nowMs + UPLOAD_SECONDS * 1000 };
}

/** Read through a link, for a function that answers a click loads no SDK; photos of models are small. */
async function mustBePicture(bucket: Bucket, key: string, nowMs: number): Promise<void> {
  const response = await fetch(readLink(bucket, key, nowMs), { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5, cause });
    },
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status >= 500) throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5 });
  if (response.ok && inspectHead(bytes, bytes.length).kind === 'accepted') return;
  const rule = { rule: 'picture', zh: '须先上传一张可识别的照片', en: 'a picture must have been uploaded first' };
  throw new ApiError('VALIDATION_FAILED', { fields: [{ path: 'enabled', ...rule }] });
}
