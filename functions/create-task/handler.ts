import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { signedInMerchant } from '../../shared/auth/signed-in-merchant.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { createTask as operation } from '../../shared/contract/tasks.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { createTask } from '../../shared/tasks/create-task.ts';
import { startUnitsAt } from '../../shared/tasks/start-units-at.ts';
import { uploadSlots } from '../../shared/tasks/upload-slots.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets), bucket: bucketOf(config) };
  },
  caller: signedInMerchant,
  run: async ({ db, bucket }, merchant, { featureId, inputs, form }, { nowMs, idempotencyKey, requestHash }) => {
    const request = {
      merchantId: merchant.id,
      featureId,
      inputs,
      ...(form && { form }),
      idempotencyKey,
      requestHash,
      nowMs,
    };
    const { unitsToStart = 0, ...task } = await createTask(db, request);
    await startUnitsAt(bucket, task.taskId, unitsToStart, nowMs);
    const uploads = task.state === 'awaiting_upload' ? uploadSlots(bucket, task.taskId, inputs, nowMs) : [];
    return { ...task, uploads };
  },
});
