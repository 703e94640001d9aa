import * as z from 'zod/mini';
import { type Card, card as cardSchema } from '../contract/card.ts';
import type { Database } from '../db/database.ts';
import { ApiError } from '../http/api-error.ts';

/** A card as it was saved. @throws ApiError NOT_FOUND */
export async function readCardVersion(db: Database, featureId: string, version: number): Promise<Card> {
  const [row] = await db.query<{ json: string }>(
    'SELECT card_json AS json FROM feature_versions WHERE feature_id = ? AND version = ?',
    [featureId, version],
  );
  if (!row) throw new ApiError('NOT_FOUND');
  return z.parse(cardSchema, JSON.parse(row.json));
}
