import { setCardMerchant as operation } from '../../../shared/contract/ops-cards.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { setCardMerchant } from '../../../shared/ops/set-card-merchant.ts';

export const main = opsFunction({
  operation,
  run: ({ db }, input, { write }) => setCardMerchant(db, input, write),
});
