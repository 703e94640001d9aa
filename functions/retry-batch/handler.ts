import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { withinKeyDay } from '../../shared/auth/within-key-day.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { retryBatch as operation } from '../../shared/contract/batches.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { ENGINES_CONFIG } from '../../shared/engines/read-engines.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { preferredLanguage } from '../../shared/http/language.ts';
import { taskStands } from '../../shared/tasks/key-stands.ts';
import { catalogueWith } from '../../shared/tasks/processor-catalogue.ts';
import { retryBatch } from '../../shared/tasks/retry-batch.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const [db, tokens] = [databaseOf(config, secrets), accessTokensOf(config, secrets)];
    return { db, tokens, bucket: bucketOf(config), catalogue: catalogueWith(config.AI_ENGINES) };
  },
  caller: merchantOrKey(operation),
  run: async ({ db, bucket, catalogue }, merchant, { batchId }, { nowMs, requestHash, request, trace }) => {
    const language = preferredLanguage(request.headers['accept-language']);
    const asked = { merchantId: merchant.id, batchId, requestHash, nowMs, language, trace };
    // Each task by itself: the key's day may end within the batch.
    return retryBatch(db, bucket, asked, catalogue, (idempotencyKey, again) =>
      withinKeyDay(db, merchant, { tasks: 1, stands: taskStands(db, merchant.id, idempotencyKey), nowMs }, again),
    );
  },
});
