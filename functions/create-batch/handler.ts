import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { withinKeyDay } from '../../shared/auth/within-key-day.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { createBatch as operation } from '../../shared/contract/batches.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { ENGINES_CONFIG } from '../../shared/engines/read-engines.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { preferredLanguage } from '../../shared/http/language.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { createBatch } from '../../shared/tasks/create-batch.ts';
import { fitBatch } from '../../shared/tasks/fit-batch.ts';
import { batchStands } from '../../shared/tasks/key-stands.ts';
import { catalogueWith } from '../../shared/tasks/processor-catalogue.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...ENGINES_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const [db, tokens] = [databaseOf(config, secrets), accessTokensOf(config, secrets)];
    const [catalogue, settings] = [catalogueWith(config.AI_ENGINES), settingsOf(db)];
    return { db, tokens, bucket: bucketOf(config), catalogue, settings };
  },
  caller: merchantOrKey(operation),
  run: async ({ db, bucket, catalogue, settings }, merchant, { featureId, form, photos }, context) => {
    const { nowMs, idempotencyKey, requestHash, request, trace } = context;
    const language = preferredLanguage(request.headers['accept-language']);
    const asked = { merchantId: merchant.id, featureId, ...(form && { form }), photos };
    const stands = batchStands(db, merchant.id, idempotencyKey);
    await fitBatch(photos.length, (await settings(nowMs)).batchPhotos, stands);
    const counted = { tasks: photos.length, stands, nowMs };
    return withinKeyDay(db, merchant, counted, () =>
      createBatch(db, bucket, { ...asked, idempotencyKey, requestHash, nowMs, language, trace }, catalogue),
    );
  },
});
