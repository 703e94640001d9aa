import type { Card } from '../contract/card.ts';
import type { Database } from '../db/database.ts';
import { cardRow } from '../features/card-row.ts';
import type { Catalogue } from '../features/catalogue.ts';
import { checkCard } from '../features/check-card.ts';
import { ApiError } from '../http/api-error.ts';
import { callWrite, type OperatorWrite } from './operator-write.ts';

export interface CardSaving {
  readonly card: Card;
  /** The version that was seen; 0: there was none. */
  readonly baseVersion: number;
  readonly reason: string;
}

/**
 * Saves a card as the version after the one that was seen. Of two who saw the same, the second is told that it has changed.
 * @throws ApiError VALIDATION_FAILED with the fields and reasons, CARD_CHANGED, IDEMPOTENCY_CONFLICT; then nothing is saved
 */
export async function saveCard(
  db: Database,
  catalogue: Catalogue,
  { card, baseVersion, reason }: CardSaving,
  write: OperatorWrite,
): Promise<{ featureId: string; version: number }> {
  const checked = checkCard(card, catalogue);
  if ('problems' in checked) {
    const fields = checked.problems.map((problem) => ({ ...problem, path: `card.${problem.path}` }));
    throw new ApiError('VALIDATION_FAILED', { fields });
  }
  const saved = [write.action, card.id, baseVersion, JSON.stringify(checked.card), ...cardRow(checked.card)];
  await callWrite(db, 'save_card_v1', [...saved, reason], write, { changed: 'CARD_CHANGED' });
  return { featureId: card.id, version: baseVersion + 1 };
}
