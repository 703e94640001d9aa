import * as z from 'zod/mini';
import { accessTokensOf } from '../../shared/auth/access-token.ts';
import { maybeSignedIn } from '../../shared/auth/maybe-signed-in.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listFeatures as operation } from '../../shared/contract/tasks.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { listFeatures } from '../../shared/features/list-features.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { CATALOGUE } from '../../shared/tasks/processor-catalogue.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => {
    const secrets = secretsOf(config);
    return { db: databaseOf(config, secrets), tokens: accessTokensOf(config, secrets) };
  },
  caller: maybeSignedIn,
  run: async ({ db }, merchant, _input) => ({ features: await listFeatures(db, CATALOGUE, merchant?.id) }),
});
