import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listAssets as operation } from '../../shared/contract/library.ts';
import { bucketOf, COS_CONFIG } from '../../shared/cos/bucket.ts';
import { RETENTION_CONFIG } from '../../shared/cos/retention.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { listAssets } from '../../shared/library/list-assets.ts';
import { retentionOf } from '../../shared/settings/retention-now.ts';
import { settingsOf } from '../../shared/settings/settings.ts';

export const main = httpFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...COS_CONFIG, ...RETENTION_CONFIG }),
  build: (config) => {
    const secrets = secretsOf(config);
    const db = databaseOf(config, secrets);
    const keep = retentionOf(config, settingsOf(db));
    return { db, tokens: accessTokensOf(config, secrets), bucket: bucketOf(config), keep };
  },
  caller: merchantOrKey(operation),
  run: async ({ keep, ...services }, merchant, { limit, favourite, deleted, ...filters }, { nowMs }) => {
    const page = { ...filters, limit: Number(limit ?? 20), favourite: favourite === '1', deleted: deleted === '1' };
    return listAssets({ ...services, retention: await keep(nowMs) }, merchant.id, page, nowMs);
  },
});
