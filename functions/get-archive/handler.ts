import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getArchive as operation } from '../../shared/contract/archives.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { preferredLanguage } from '../../shared/http/language.ts';
import { getArchive } from '../../shared/library/archive/view-archive.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets), bucket: bucketOf(config) };
  },
  caller: merchantOrKey(operation),
  run: (services, merchant, { archiveId }, { nowMs, request }) => {
    const language = preferredLanguage(request.headers['accept-language']);
    return getArchive(services, merchant.id, archiveId, { language, nowMs });
  },
});
