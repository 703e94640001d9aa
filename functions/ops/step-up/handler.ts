import { stepUp as operation } from '../../../shared/contract/ops-access.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { stepUp } from '../../../shared/ops/step-up.ts';
import { totpKeyOf } from '../../../shared/ops/totp-key.ts';

export const main = opsFunction({
  operation,
  build: (config, secrets) => ({ readKey: totpKeyOf(config, secrets) }),
  run: async ({ db, readKey }, { code }, { operator, write, log }) => {
    const done = await stepUp(db, readKey, operator, { code, confirm: false, write });
    log('stepped_up', { operatorId: operator.id });
    return done;
  },
});
