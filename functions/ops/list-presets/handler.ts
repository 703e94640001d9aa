import { listPresets as operation } from '../../../shared/contract/presets.ts';
import { listPresets } from '../../../shared/ops/list-presets.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  run: ({ db }) => listPresets(db),
});
