import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { listFeatures as operation } from '../../shared/contract/tasks.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { listFeatures } from '../../shared/features/list-features.ts';
import { httpFunction } from '../../shared/http/http-function.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => ({ db: databaseOf(config, secretsOf(config)) }),
  caller: () => undefined,
  run: async ({ db }) => ({ features: await listFeatures(db) }),
});
