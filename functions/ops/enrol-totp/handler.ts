import { enrolTotp as operation } from '../../../shared/contract/ops-access.ts';
import { enrolTotp } from '../../../shared/ops/enrol-totp.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { totpKeyOf } from '../../../shared/ops/totp-key.ts';

export const main = opsFunction({
  operation,
  build: (config, secrets) => ({ readKey: totpKeyOf(config, secrets) }),
  run: ({ db, readKey }, _input, { operator, write }) => enrolTotp(db, readKey, operator, write),
});
