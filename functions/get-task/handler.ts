import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getTask as operation } from '../../shared/contract/tasks.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { RETENTION_CONFIG } from '../../shared/cos/retention.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { preferredLanguage } from '../../shared/http/language.ts';
import { retentionOf } from '../../shared/settings/retention-now.ts';
import { settingsOf } from '../../shared/settings/settings.ts';
import { getTask } from '../../shared/tasks/get-task.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...RETENTION_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const db = databaseOf(config, secrets);
    const retention = retentionOf(config, settingsOf(db));
    return { db, tokens: accessTokensOf(config, secrets), bucket: bucketOf(config), retention };
  },
  caller: merchantOrKey(operation),
  run: async ({ db, bucket, retention }, merchant, { taskId }, { nowMs, request }) => {
    const language = preferredLanguage(request.headers['accept-language']);
    return getTask(db, bucket, merchant.id, taskId, { nowMs, language, retention: await retention(nowMs) });
  },
});
