import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { withinKeyDay } from '../../shared/auth/within-key-day.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { retryTask as operation } from '../../shared/contract/tasks.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { ENGINES_CONFIG } from '../../shared/engines/read-engines.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { taskStands } from '../../shared/tasks/key-stands.ts';
import { catalogueWith } from '../../shared/tasks/processor-catalogue.ts';
import { retryTask } from '../../shared/tasks/retry-task.ts';
import { startUnitsAt } from '../../shared/tasks/start-units-at.ts';
import { uploadSlots } from '../../shared/tasks/upload-slots.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const [db, tokens] = [databaseOf(config, secrets), accessTokensOf(config, secrets)];
    return { db, tokens, bucket: bucketOf(config), catalogue: catalogueWith(config.AI_ENGINES) };
  },
  caller: merchantOrKey(operation),
  run: async ({ db, bucket, catalogue }, merchant, { taskId, form }, { nowMs, idempotencyKey, requestHash, trace }) => {
    const ordered = { merchantId: merchant.id, taskId, ...(form && { form }), nowMs };
    const request = { ...ordered, idempotencyKey, requestHash, trace };
    const asked = { tasks: 1, stands: taskStands(db, merchant.id, idempotencyKey), nowMs };
    const {
      missing,
      unitsToStart = 0,
      ...task
    } = await withinKeyDay(db, merchant, asked, () => retryTask(db, bucket, request, catalogue));
    await startUnitsAt(bucket, task.taskId, unitsToStart, nowMs);
    return { ...task, uploads: uploadSlots(bucket, task.taskId, missing, nowMs) };
  },
});
