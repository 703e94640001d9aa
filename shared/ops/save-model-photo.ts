import { createHash } from 'node:crypto';
import type { Bucket } from '../cos/bucket.ts';
import { presignUpload } from '../cos/presign-upload.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { inspectHead } from '../media/inspect-head.ts';
import { readLink } from '../tasks/read-link.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

export interface ModelPhoto {
  readonly gender: 'female' | 'male';
  readonly scene: 'street' | 'studio' | 'indoor';
  readonly pose: number;
  readonly enabled: boolean;
  readonly upload?: { readonly contentType: string; readonly sizeBytes: number } | undefined;
  readonly reason: string;
}

/** Nothing takes the place of what was sent: what was looked at stays what is used. */
const SLOT = { seconds: 900, onlyOnce: true };
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
  const params = [gender, scene, pose, newKey, key, enabled ? 1 : 0, reason];
  await callWrite(db, 'save_model_photo_v1', params, write, { unknown: 'NOT_FOUND' });
  const saved = { gender, scene, pose, enabled };
  return upload && newKey !== null
    ? { ...saved, upload: presignUpload(bucket, newKey, upload, SLOT, write.nowMs) }
    : saved;
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

/** Read through a link, for a function that answers a click loads no SDK; photos of models are small. */
async function mustBePicture(bucket: Bucket, key: string, nowMs: number): Promise<void> {
  const { status, bytes } = await readWhole(readLink(bucket, key, nowMs)).catch((cause: unknown) => {
    throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5, cause });
  });
  if (status >= 500) throw new ApiError('UNAVAILABLE', { retryAfterSeconds: 5 });
  if (status === 200 && inspectHead(bytes, bytes.length).kind === 'accepted') return;
  const rule = { rule: 'picture', zh: '须先上传一张可识别的照片', en: 'a picture must have been uploaded first' };
  throw new ApiError('VALIDATION_FAILED', { fields: [{ path: 'enabled', ...rule }] });
}

async function readWhole(url: string): Promise<{ status: number; bytes: Buffer }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}
