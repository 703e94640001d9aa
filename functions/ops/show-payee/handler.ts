import { showPayee as operation } from '../../../shared/contract/ops-growth.ts';
import { payeeKeyOf } from '../../../shared/growth/payee-key.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { showPayee } from '../../../shared/ops/show-payee.ts';

export const main = opsFunction({
  operation,
  build: (config, secrets) => ({ readKey: payeeKeyOf(config, secrets) }),
  target: ({ withdrawalId }) => withdrawalId,
  run: ({ db, readKey }, { withdrawalId }) => showPayee(db, readKey, withdrawalId),
});
