import { getCard as operation } from '../../../shared/contract/ops-cards.ts';
import { getCard } from '../../../shared/ops/get-card.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { featureId, version }) => getCard(db, featureId, version === undefined ? undefined : Number(version)),
});
