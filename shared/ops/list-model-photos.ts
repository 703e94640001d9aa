import type { Bucket } from '../cos/bucket.ts';
import type { Database } from '../db/database.ts';
import { readLink } from '../tasks/read-link.ts';

interface Row {
  readonly gender: 'female' | 'male';
  readonly scene: 'street' | 'studio' | 'indoor';
  readonly pose: number;
  readonly key: string;
  readonly pendingKey: string | null;
  readonly enabled: number;
  readonly savedBy: string;
  readonly savedAtMs: number | null;
}

/** Two genders, three scenes, twelve poses. */
const POSES = 72;

/** Every photo of a model: at most one a pose, so one page. */
export async function listModelPhotos(db: Database, bucket: Bucket, nowMs: number) {
  const rows = await db.query<Row>(
    `SELECT gender, scene, pose, object_key AS \`key\`, pending_key AS pendingKey, enabled, saved_by AS savedBy, saved_at AS savedAtMs
     FROM model_photos ORDER BY gender, scene, pose LIMIT ?`,
    [POSES],
  );
  const items = rows.map(({ key, pendingKey, enabled, savedBy, savedAtMs, ...row }) => ({
    ...{ ...row, enabled: enabled === 1 },
    ...(key !== '' && { url: readLink(bucket, key, nowMs) }),
    ...(pendingKey !== null && { pendingUrl: readLink(bucket, pendingKey, nowMs) }),
    ...(savedBy !== '' && { savedBy }),
    ...(savedAtMs !== null && { savedAtMs }),
  }));
  return { items, missing: POSES - rows.filter(({ enabled }) => enabled === 1).length };
}
