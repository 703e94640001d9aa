import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { getAnnouncements as operation } from '../../shared/contract/announcements.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { getAnnouncements } from '../../shared/ops/announcements.ts';

export const main = httpFunction({
  operation,
  config: z.object(BASE_CONFIG),
  build: (config) => ({ db: databaseOf(config, secretsOf(config)) }),
  caller: () => undefined,
  run: async ({ db }, _caller, _input, { nowMs }) => ({ items: await getAnnouncements(db, nowMs) }),
});
