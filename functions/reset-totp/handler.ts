import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { roleFunction } from '../../shared/invoke/role-function.ts';
import { resetTotp } from '../../shared/ops/reset-totp.ts';

export const main = roleFunction({
  name: 'reset-totp',
  config: z.object(BASE_CONFIG),
  input: z.strictObject({ phone: z.string().check(z.regex(/^1[3-9]\d{9}$/, '11 digits of mainland China')) }),
  build: (config) => ({ db: databaseOf(config, secretsOf(config)) }),
  run: async ({ db }, { phone }, { nowMs, requestId }) => ({
    outcome: await resetTotp(db, { phone, requestId, nowMs }),
  }),
});
