import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { createArchive as operation } from '../../shared/contract/archives.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { RETENTION_CONFIG } from '../../shared/cos/retention.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { databaseLimiter } from '../../shared/db/database-limiter.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { preferredLanguage } from '../../shared/http/language.ts';
import { createArchive } from '../../shared/library/archive/create-archive.ts';
import { retentionOf } from '../../shared/settings/retention-now.ts';
import { settingsOf } from '../../shared/settings/settings.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...RETENTION_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const [db, tokens] = [databaseOf(config, secrets), accessTokensOf(config, secrets)];
    return { db, tokens, bucket: bucketOf(config), keep: retentionOf(config, settingsOf(db)) };
  },
  caller: merchantOrKey(operation),
  limiter: ({ db }) => databaseLimiter(db),
  run: async ({ keep, ...services }, merchant, source, { nowMs, idempotencyKey, requestHash, trace, request }) => {
    const language = preferredLanguage(request.headers['accept-language']);
    const asked = { merchantId: merchant.id, ...source, language, idempotencyKey, requestHash, trace, nowMs };
    return createArchive({ ...services, retention: await keep(nowMs) }, asked);
  },
});
