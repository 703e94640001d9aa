import { compareCards as operation } from '../../../shared/contract/ops-cards.ts';
import { compareCards } from '../../../shared/ops/compare-cards.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, { featureId, from, to }) => compareCards(db, featureId, Number(from), Number(to)),
});
