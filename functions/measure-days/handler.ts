import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { measureDays } from '../../shared/ops/measure-days.ts';
import { timerFunction } from '../../shared/timer/timer-function.ts';

export const main = timerFunction({
  name: 'measure-days',
  config: z.object(BASE_CONFIG),
  build: (config) => ({ db: databaseOf(config, secretsOf(config)) }),
  run: ({ db }, { nowMs }) => measureDays(db, nowMs),
});
