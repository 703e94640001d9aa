import * as z from 'zod/mini';
import type { Database } from '../db/database.ts';

const Outputs = z.array(z.strictObject({ name: z.string(), contentType: z.string() }));

interface Row {
  readonly featureId: string;
  readonly version: number;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly category: string;
  readonly summaryZh: string;
  readonly summaryEn: string;
  readonly credits: number;
  readonly access: 'basic' | 'member';
  readonly maxInputs: number;
  readonly outputsJson: string;
}

export type Feature = Omit<Row, 'outputsJson'> & { readonly outputs: { name: string; contentType: string }[] };

/** Cards that are open, in the operator's order. */
export async function listFeatures(db: Database): Promise<Feature[]> {
  const rows = await db.query<Row>(
    `SELECT id AS featureId, version, name_zh AS nameZh, name_en AS nameEn, category, summary_zh AS summaryZh,
       summary_en AS summaryEn, credits, access, max_inputs AS maxInputs, outputs_json AS outputsJson
     FROM features WHERE enabled = 1 ORDER BY position`,
    [],
  );
  return rows.map(({ outputsJson, ...row }) => ({ ...row, outputs: z.parse(Outputs, JSON.parse(outputsJson)) }));
}
