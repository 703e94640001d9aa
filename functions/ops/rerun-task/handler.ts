import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { rerunTask as operation } from '../../../shared/contract/ops-tasks.ts';
import { bucketOf, COS_CONFIG } from '../../../shared/cos/bucket.ts';
import { RETENTION_CONFIG } from '../../../shared/cos/retention.ts';
import { ENGINES_CONFIG } from '../../../shared/engines/read-engines.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { rerunTask } from '../../../shared/ops/rerun-task.ts';
import { catalogueWith } from '../../../shared/tasks/processor-catalogue.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG, INPUT_DAYS: RETENTION_CONFIG.INPUT_DAYS }),
  build: (config) => ({
    ...{ bucket: bucketOf(config), catalogue: catalogueWith(config.AI_ENGINES) },
    retention: { INPUT_DAYS: config.INPUT_DAYS },
  }),
  run: (services, input, { write, trace }) => rerunTask(services, { ...input, trace }, write),
});
