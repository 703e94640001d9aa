import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseSecretOf, openDatabase } from '../../shared/db/database.ts';
import { roleFunction } from '../../shared/invoke/role-function.ts';
import { auditPart } from '../../shared/ops/audit-part.ts';

/** The checks read whole tables; `Invoke` waits 300 s at most, and whoever called asks for the rest. */
const BEGIN_NO_MORE_AFTER_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 230_000;

export const main = roleFunction({
  name: 'audit-ledger',
  config: z.object(BASE_CONFIG),
  input: z.strictObject({ from: z._default(z.int().check(z.minimum(0)), 0) }),
  build: (config) => ({
    db: openDatabase({
      readSecret: databaseSecretOf(config, secretsOf(config)),
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    }),
  }),
  run: async ({ db }, { from }, { clock, nowMs }) => ({
    ...(await auditPart(db, { nowMs, from, isTimeUp: () => clock() - nowMs > BEGIN_NO_MORE_AFTER_MS })),
  }),
});
