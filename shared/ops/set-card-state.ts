import type { Database } from '../db/database.ts';
import type { Catalogue } from '../features/catalogue.ts';
import type { OperatorWrite } from './operator-write.ts';
import { readCardVersion } from './read-card-version.ts';
import { saveCard } from './save-card.ts';

export interface CardState {
  readonly featureId: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly closedZh?: string | undefined;
  readonly closedEn?: string | undefined;
  readonly reason: string;
}

/** Opens or closes a card, as its next version. @throws ApiError NOT_FOUND, VALIDATION_FAILED, CARD_CHANGED, IDEMPOTENCY_CONFLICT */
export async function setCardState(
  db: Database,
  catalogue: Catalogue,
  { featureId, version, enabled, closedZh, closedEn, reason }: CardState,
  write: OperatorWrite,
) {
  const { closedZh: _, closedEn: __, ...seen } = await readCardVersion(db, featureId, version);
  const why = enabled ? {} : { ...(closedZh && { closedZh }), ...(closedEn && { closedEn }) };
  return saveCard(db, catalogue, { card: { ...seen, enabled, ...why }, baseVersion: version, reason }, write);
}
