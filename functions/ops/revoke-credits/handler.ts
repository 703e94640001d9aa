import { revokeCredits as operation } from '../../../shared/contract/ops-merchants.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { revokeCredits } from '../../../shared/ops/revoke-credits.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => revokeCredits(db, input, write),
});
