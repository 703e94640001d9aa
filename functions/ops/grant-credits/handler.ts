import { grantCredits as operation } from '../../../shared/contract/ops-merchants.ts';
import { grantCredits } from '../../../shared/ops/grant-credits.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => grantCredits(db, input, write),
});
