import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { getOverview as operation } from '../../../shared/contract/ops-overview.ts';
import { ENGINES_CONFIG, readEngines } from '../../../shared/engines/read-engines.ts';
import { getOverview } from '../../../shared/ops/get-overview.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...ENGINES_CONFIG }),
  build: ({ AI_ENGINES }) => ({ engines: [...readEngines(AI_ENGINES).keys()] }),
  run: ({ db, engines }, _input, { nowMs }) => getOverview(db, engines, nowMs),
});
