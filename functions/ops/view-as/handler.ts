import { viewAs as operation } from '../../../shared/contract/ops-views.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { viewAs } from '../../../shared/ops/view-as.ts';

export const main = opsFunction({
  operation,
  run: (services, input, { operator, write }) => viewAs(services, operator, input, write),
});
