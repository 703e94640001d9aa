import type { Database } from '../db/database.ts';
import { sqlTime } from '../db/sql-time.ts';
import { ApiError } from '../http/api-error.ts';
import type { Card } from './card.ts';
import type { Catalogue } from './catalogue.ts';
import { checkCard } from './check-card.ts';
import { storedPipelineOf } from './plan.ts';
import { isPhotos } from './sample-values.ts';

/**
 * Saves a card as its next version: the whole of it as it was given (`feature_versions`, never changed), and the row that
 * ordering reads. Tasks under way keep the version that they began with. Of two who save at once, the later number stands.
 * @throws ApiError VALIDATION_FAILED with the field and the reason, and nothing is saved
 */
export async function saveFeature(
  db: Database,
  catalogue: Catalogue,
  given: unknown,
  { savedBy, nowMs }: { savedBy: string; nowMs: number },
): Promise<{ featureId: string; version: number }> {
  const checked = checkCard(given, catalogue);
  if ('problems' in checked) throw new ApiError('VALIDATION_FAILED', { fields: checked.problems });
  const { card } = checked;
  const version = await addVersion(db, card, savedBy, nowMs);
  await showCard(db, card, version);
  return { featureId: card.id, version };
}

const DUPLICATE = 1062;

/** Numbers are never used twice: whoever comes second takes the next. */
async function addVersion(db: Database, card: Card, savedBy: string, nowMs: number): Promise<number> {
  for (;;) {
    const [row] = await db.query<{ last: number | null }>(
      `SELECT GREATEST(COALESCE((SELECT MAX(version) FROM feature_versions WHERE feature_id = ?), 0),
         COALESCE((SELECT version FROM features WHERE id = ?), 0)) AS last`,
      [card.id, card.id],
    );
    const version = Number(row?.last ?? 0) + 1;
    try {
      await db.write(
        'INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at) VALUES (?, ?, ?, ?, ?)',
        [card.id, version, JSON.stringify(card), savedBy, sqlTime(nowMs)],
      );
      return version;
    } catch (error) {
      if ((error as { errno?: unknown }).errno !== DUPLICATE) throw error;
    }
  }
}

const COLUMNS = [
  ...[
    'name_zh',
    'name_en',
    'category',
    'summary_zh',
    'summary_en',
    'credits',
    'access',
    'enabled',
    'closed_zh',
    'closed_en',
  ],
  ...[
    'max_inputs',
    'form_json',
    'pipeline_json',
    'outputs_json',
    'partial_step',
    'rate_limit',
    'rate_window_s',
    'position',
  ],
];

/** An older version never replaces a newer one. `version` is set last: the conditions before it read the old one. */
async function showCard(db: Database, card: Card, version: number): Promise<void> {
  const updates = COLUMNS.map((column) => `${column} = IF(version < ${version}, VALUES(${column}), ${column})`);
  await db.write(
    `INSERT INTO features (id, version, ${COLUMNS.join(', ')}) VALUES (?, ?, ${COLUMNS.map(() => '?').join(', ')})
     ON DUPLICATE KEY UPDATE ${updates.join(', ')}, version = GREATEST(version, ${version})`,
    [
      ...[
        card.id,
        version,
        card.nameZh,
        card.nameEn,
        card.category,
        card.descriptionZh,
        card.descriptionEn,
        card.credits,
      ],
      ...[
        card.access,
        card.enabled ? 1 : 0,
        card.closedZh ?? '',
        card.closedEn ?? '',
        maxPhotos(card),
        JSON.stringify(card.form),
      ],
      ...[
        JSON.stringify(storedPipelineOf(card)),
        JSON.stringify(card.outputs.map(({ name, contentType }) => ({ name, contentType }))),
      ],
      ...[
        card.partialStep ?? null,
        card.rateLimit?.limit ?? null,
        card.rateLimit?.windowSeconds ?? null,
        card.position,
      ],
    ],
  );
}

const maxPhotos = ({ form }: Card): number =>
  form.filter(isPhotos).reduce((sum, field) => sum + (field.type === 'images' ? field.max : 1), 0);
