import * as z from 'zod/mini';
import { purgeExpired } from '../../shared/auth/purge-expired.ts';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'purge-expired',
  config: z.object(BASE_CONFIG),
  build: (config) => ({ db: databaseOf(config, secretsOf(config)) }),
  run: ({ db }, { nowMs }) => purgeExpired(db, nowMs),
});
