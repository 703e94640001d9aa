import type { Database } from '../db/database.ts';
import { withoutNulls } from '../db/page-of.ts';
import type { Catalogue } from '../features/catalogue.ts';
import { closedReason } from '../features/closed-reason.ts';
import { readStoredPipeline } from '../features/plan.ts';

interface Row {
  readonly featureId: string;
  readonly version: number;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly category: string;
  readonly credits: number;
  readonly access: 'basic' | 'member' | 'whitelist';
  readonly enabled: number;
  readonly closedZh: string;
  readonly closedEn: string;
  readonly pipelineJson: string;
  readonly position: number;
  readonly savedBy: string | null;
  readonly savedAtMs: number | null;
}

/** Every card in the operator's order, and what cards can be made of. */
export async function listCards(db: Database, catalogue: Catalogue) {
  const rows = await db.query<Row>(
    `SELECT f.id AS featureId, f.version, f.name_zh AS nameZh, f.name_en AS nameEn, f.category, f.credits, f.access, f.enabled,
       f.closed_zh AS closedZh, f.closed_en AS closedEn, f.pipeline_json AS pipelineJson, f.position, v.saved_by AS savedBy,
       v.saved_at AS savedAtMs
     FROM features f LEFT JOIN feature_versions v ON v.feature_id = f.id AND v.version = f.version
     ORDER BY f.position, f.id`,
  );
  const items = rows.map(({ enabled, closedZh, closedEn, pipelineJson, ...row }) => {
    const pipeline = readStoredPipeline(pipelineJson);
    const closed = closedReason({ enabled: enabled === 1, closedZh, closedEn, pipeline }, catalogue);
    return { ...withoutNulls(row), enabled: enabled === 1, ...(closed && { closed }) };
  });
  return { items, processors: processorsOf(catalogue), engines: [...catalogue.engines] };
}

const processorsOf = ({ processors }: Catalogue) =>
  Object.entries(processors).map(([name, { inputs, files, engines }]) => ({
    name,
    inputs: Object.entries(inputs).map(([part, { min, max }]) => ({ part, min, max })),
    ...(files && { files: [...files] }),
    engines: [...engines],
  }));
