import type { Card } from '../contract/card.ts';
import type { Database } from '../db/database.ts';
import type { Catalogue } from '../features/catalogue.ts';
import type { OperatorWrite } from './operator-write.ts';
import { readCardVersion } from './read-card-version.ts';
import { saveCard } from './save-card.ts';

export interface CardState {
  readonly featureId: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly access?: Card['access'] | undefined;
  readonly closedZh?: string | undefined;
  readonly closedEn?: string | undefined;
  readonly reason: string;
}

/** Opens or closes a card, or gives it to others, as its next version. @throws ApiError NOT_FOUND, VALIDATION_FAILED, CARD_CHANGED, IDEMPOTENCY_CONFLICT */
export async function setCardState(
  db: Database,
  catalogue: Catalogue,
  { featureId, version, enabled, access, closedZh, closedEn, reason }: CardState,
  write: OperatorWrite,
) {
  const { closedZh: _, closedEn: __, ...seen } = await readCardVersion(db, featureId, version);
  const why = enabled ? {} : { ...(closedZh && { closedZh }), ...(closedEn && { closedEn }) };
  return saveCard(
    db,
    catalogue,
    { card: { ...seen, enabled, ...(access && { access }), ...why }, baseVersion: version, reason },
    write,
  );
}
