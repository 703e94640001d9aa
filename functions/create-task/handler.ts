import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { withinKeyDay } from '../../shared/auth/within-key-day.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { createTask as operation } from '../../shared/contract/tasks.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { RETENTION_CONFIG } from '../../shared/cos/retention.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { ENGINES_CONFIG } from '../../shared/engines/read-engines.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { createTaskOfAssets } from '../../shared/library/create-task-of-assets.ts';
import { retentionOf } from '../../shared/settings/retention-now.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { taskStands } from '../../shared/tasks/key-stands.ts';
import { catalogueWith } from '../../shared/tasks/processor-catalogue.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...RETENTION_CONFIG, ...ENGINES_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const db = databaseOf(config, secrets);
    const [tokens, catalogue] = [accessTokensOf(config, secrets), catalogueWith(config.AI_ENGINES)];
    return { db, tokens, bucket: bucketOf(config), keep: retentionOf(config, settingsOf(db)), catalogue };
  },
  caller: merchantOrKey(operation),
  run: async ({ keep, ...services }, merchant, { featureId, inputs, form }, context) => {
    const { nowMs, idempotencyKey, requestHash, trace } = context;
    const retention = await keep(nowMs);
    const order = { merchantId: merchant.id, featureId, inputs, ...(form && { form }) };
    const asked = { tasks: 1, stands: taskStands(services.db, merchant.id, idempotencyKey), nowMs };
    return withinKeyDay(services.db, merchant, asked, () =>
      createTaskOfAssets({ ...services, retention }, { ...order, idempotencyKey, requestHash, nowMs, trace }),
    );
  },
});
