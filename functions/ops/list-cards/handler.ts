import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { listCards as operation } from '../../../shared/contract/ops-cards.ts';
import { ENGINES_CONFIG } from '../../../shared/engines/read-engines.ts';
import { listCards } from '../../../shared/ops/list-cards.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...ENGINES_CONFIG }),
  build: ({ AI_ENGINES }) => ({ catalogue: catalogueWith(AI_ENGINES) }),
  run: ({ db, catalogue }) => listCards(db, catalogue),
});
