import * as z from 'zod/mini';
import { type FormField, form as formSchema } from '../contract/form.ts';
import type { Database } from '../db/database.ts';
import type { Catalogue } from './catalogue.ts';
import { type ClosedReason, closedReason } from './closed-reason.ts';
import { readStoredPipeline } from './plan.ts';

const Outputs = z.array(z.object({ name: z.string(), contentType: z.string() }));

interface Row {
  readonly featureId: string;
  readonly version: number;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly category: string;
  readonly summaryZh: string;
  readonly summaryEn: string;
  readonly credits: number;
  readonly access: 'basic' | 'member' | 'whitelist';
  readonly enabled: number;
  readonly closedZh: string;
  readonly closedEn: string;
  readonly maxInputs: number;
  readonly formJson: string;
  readonly pipelineJson: string;
  readonly outputsJson: string;
}

export interface Feature
  extends Omit<Row, 'enabled' | 'closedZh' | 'closedEn' | 'formJson' | 'pipelineJson' | 'outputsJson'> {
  readonly form: FormField[];
  readonly outputs: { name: string; contentType: string }[];
  /** Nothing can be ordered from it, and why. */
  readonly closed?: ClosedReason;
}

/**
 * Cards with their forms, in the operator's order; one that is closed says why. A card that is only for some is there for
 * those only.
 */
export async function listFeatures(db: Database, catalogue: Catalogue, merchantId?: string): Promise<Feature[]> {
  const rows = await db.query<Row>(
    `SELECT id AS featureId, version, name_zh AS nameZh, name_en AS nameEn, category, summary_zh AS summaryZh,
       summary_en AS summaryEn, credits, access, enabled, closed_zh AS closedZh, closed_en AS closedEn,
       max_inputs AS maxInputs, form_json AS formJson, pipeline_json AS pipelineJson, outputs_json AS outputsJson
     FROM features f
     WHERE access <> 'whitelist'
       OR EXISTS (SELECT 1 FROM feature_merchants m WHERE m.feature_id = f.id AND m.merchant_id = ?)
     ORDER BY position`,
    [merchantId ?? ''],
  );
  return rows.map(({ enabled, closedZh, closedEn, formJson, pipelineJson, outputsJson, ...row }) => {
    const pipeline = readStoredPipeline(pipelineJson);
    const closed = closedReason({ enabled: enabled === 1, closedZh, closedEn, pipeline }, catalogue);
    return {
      ...row,
      form: z.parse(formSchema, JSON.parse(formJson)),
      outputs: z.parse(Outputs, JSON.parse(outputsJson)),
      ...(closed && { closed }),
    };
  });
}
