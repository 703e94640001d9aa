import * as z from 'zod/mini';
import { BASE_CONFIG } from '../../shared/config/read-config.ts';
import { secretsOf } from '../../shared/config/secret-source.ts';
import { databaseSecretOf } from '../../shared/db/database.ts';
import { openConnection } from '../../shared/db/open-connection.ts';
import { MIGRATION_ACTIONS, runMigration } from '../../shared/db/run-migration.ts';
import { readSchema, SCHEMA_CONFIG } from '../../shared/db/schema-file.ts';
import { roleFunction } from '../../shared/invoke/role-function.ts';

/** `Invoke` waits 300 s at most; whoever called asks again until nothing remains. */
const BEGIN_NO_MORE_AFTER_MS = 120_000;

export const main = roleFunction({
  name: 'migrate-database',
  config: z.object({ ...BASE_CONFIG, ...SCHEMA_CONFIG }),
  input: z.strictObject({ action: z.enum(MIGRATION_ACTIONS) }),
  build: (config) => {
    const readSecret = databaseSecretOf(config, secretsOf(config));
    return { open: () => openConnection(readSecret), files: readSchema(config.SCHEMA_FILE) };
  },
  run: async ({ open, files }, { action }, { clock, nowMs }) => ({
    ...(await runMigration(open, files, action, { isTimeUp: () => clock() - nowMs > BEGIN_NO_MORE_AFTER_MS })),
  }),
});
