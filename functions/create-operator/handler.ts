import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseOf } from '../../shared/db/database.ts';
import { roleFunction } from '../../shared/invoke/role-function.ts';
import { createOperator } from '../../shared/ops/create-operator.ts';

export const main = roleFunction({
  name: 'create-operator',
  config: z.object(BASE_CONFIG),
  input: z.strictObject({
    phone: z.string().check(z.regex(/^1[3-9]\d{9}$/, '11 digits of mainland China')),
    name: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)),
    role: z.enum(['operator', 'support']),
  }),
  build: (config) => ({ db: databaseOf(config, secretsOf(config)) }),
  run: async ({ db }, input, { nowMs, requestId }) => ({
    outcome: await createOperator(db, { ...input, requestId, nowMs }),
  }),
});
