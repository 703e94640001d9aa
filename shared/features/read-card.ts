import * as z from 'zod/mini';
import { type FormField, form as formSchema } from '../contract/form.ts';
import type { Database } from '../db/database.ts';
import { readStoredPipeline, type StoredStep } from './plan.ts';

/** What ordering from a card needs to know of it. */
export interface OpenCard {
  readonly featureId: string;
  readonly version: number;
  readonly form: readonly FormField[];
  readonly pipeline: readonly StoredStep[];
}

/**
 * Cards that this connection has read. None grows old unseen: `create_task_v3` answers `changed` when the card has another
 * version by now, and then it is forgotten. So ordering stays one round trip.
 */
const known = new WeakMap<Database, Map<string, OpenCard>>();

/** @returns undefined when there is no such card */
export async function readCard(db: Database, featureId: string): Promise<OpenCard | undefined> {
  const cards = known.get(db) ?? new Map<string, OpenCard>();
  known.set(db, cards);
  const card = cards.get(featureId) ?? (await queryCard(db, featureId));
  if (card) cards.set(featureId, card);
  return card;
}

export function forgetCard(db: Database, featureId: string): void {
  known.get(db)?.delete(featureId);
}

async function queryCard(db: Database, featureId: string): Promise<OpenCard | undefined> {
  const [row] = await db.query<{ version: number; formJson: string; pipelineJson: string }>(
    'SELECT version, form_json AS formJson, pipeline_json AS pipelineJson FROM features WHERE id = ?',
    [featureId],
  );
  if (!row) return undefined;
  return {
    featureId,
    version: row.version,
    form: z.parse(formSchema, JSON.parse(row.formJson)),
    pipeline: readStoredPipeline(row.pipelineJson),
  };
}
