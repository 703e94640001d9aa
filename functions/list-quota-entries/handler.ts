import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { merchantOrKey } from '../../shared/auth/merchant-or-key.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listQuotaEntries as operation } from '../../shared/contract/quota.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { listEntries } from '../../shared/quota/list-entries.ts';
import { listTaskEntries } from '../../shared/quota/list-task-entries.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: merchantOrKey(operation),
  run: ({ db }, merchant, { taskId, cursor, limit }) => {
    const page = { cursor, limit: Number(limit ?? 20) };
    return taskId === undefined
      ? listEntries(db, merchant.id, page)
      : listTaskEntries(db, merchant.id, { ...page, taskId });
  },
});
