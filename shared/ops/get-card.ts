import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';
import { readCardVersion } from './read-card-version.ts';

const SHOWN_VERSIONS = 100;
const SHOWN_MERCHANTS = 200;

/** A card, whole, its versions and its whitelist. @throws ApiError NOT_FOUND */
export async function getCard(db: Database, featureId: string, asked?: number) {
  const [current] = await db.query<{ version: number }>('SELECT version FROM features WHERE id = ?', [featureId]);
  if (!current) throw new ApiError('NOT_FOUND');
  const version = asked ?? current.version;
  const versions = await db.query<{ version: number; savedBy: string; savedAtMs: number }>(
    `SELECT version, saved_by AS savedBy, saved_at AS savedAtMs FROM feature_versions
     WHERE feature_id = ? ORDER BY version DESC LIMIT ?`,
    [featureId, SHOWN_VERSIONS],
  );
  const card = await readCardVersion(db, featureId, version);
  return {
    featureId,
    version,
    currentVersion: current.version,
    card,
    versions,
    merchants: await readMerchants(db, featureId),
  };
}

async function readMerchants(db: Database, featureId: string) {
  const [all] = await db.query<{ count: number | string }>(
    'SELECT COUNT(*) AS count FROM feature_merchants WHERE feature_id = ?',
    [featureId],
  );
  const items = await db.query<{ merchantId: string; addedAtMs: number }>(
    `SELECT merchant_id AS merchantId, added_at AS addedAtMs FROM feature_merchants
     WHERE feature_id = ? ORDER BY merchant_id DESC LIMIT ?`,
    [featureId, SHOWN_MERCHANTS],
  );
  return { count: Number(all?.count ?? 0), items };
}
