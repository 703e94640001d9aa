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
  /** The newest edition of the shops' figures. */
  readonly presets: number;
}

interface Known {
  readonly card: OpenCard;
  readonly readAtMs: number;
}

/**
 * Cards that this connection has read. None grows old unseen: `create_task_v4` answers `changed` when the card has another
 * version by now, and then it is forgotten. So ordering stays one round trip. The shops' figures have no such guard: a new edition
 * is ordered by from half a minute on.
 */
const known = new WeakMap<Database, Map<string, Known>>();
export const CARD_FRESH_MS = 30_000;

/** @returns undefined when there is no such card */
export async function readCard(db: Database, featureId: string, nowMs: number): Promise<OpenCard | undefined> {
  const cards = known.get(db) ?? new Map<string, Known>();
  known.set(db, cards);
  const before = cards.get(featureId);
  const ageMs = before ? nowMs - before.readAtMs : Number.NaN;
  if (before && ageMs >= 0 && ageMs < CARD_FRESH_MS) return before.card;
  const card = await queryCard(db, featureId);
  if (card) cards.set(featureId, { card, readAtMs: nowMs });
  return card;
}

export function forgetCard(db: Database, featureId: string): void {
  known.get(db)?.delete(featureId);
}

async function queryCard(db: Database, featureId: string): Promise<OpenCard | undefined> {
  const [row] = await db.query<{ version: number; formJson: string; pipelineJson: string; presets: number }>(
    `SELECT version, form_json AS formJson, pipeline_json AS pipelineJson, (SELECT MAX(version) FROM platform_presets) AS presets
     FROM features WHERE id = ?`,
    [featureId],
  );
  if (!row) return undefined;
  return {
    featureId,
    version: row.version,
    form: z.parse(formSchema, JSON.parse(row.formJson)),
    pipeline: readStoredPipeline(row.pipelineJson),
    presets: row.presets,
  };
}
