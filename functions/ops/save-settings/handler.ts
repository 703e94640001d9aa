import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../../shared/config/read-config.ts';
import { saveSettings as operation } from '../../../shared/contract/settings.ts';
import { RETENTION_CONFIG } from '../../../shared/cos/retention.ts';
import { opsFunction } from '../../../shared/ops/ops-function.ts';
import { saveSettings } from '../../../shared/ops/save-settings.ts';

export const main = opsFunction({
  operation,
  config: z.object({ ...BASE_CONFIG, ...RETENTION_CONFIG }),
  build: ({ RESULT_DAYS }) => ({ deployedDays: RESULT_DAYS }),
  run: ({ db, deployedDays }, input, { write }) => saveSettings(db, input, deployedDays, write),
});
