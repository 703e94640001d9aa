import { fileURLToPath } from 'node:url';
import { schemaFiles } from '../../infra/migrate.ts';
import { openConnection } from '../../shared/db/open-connection.ts';
import { type MigrationAction, type MigrationReport, runMigration } from '../../shared/db/run-migration.ts';
import { databaseSecretFromUrl } from '../database/obtain-database.ts';
import { roleCaller } from '../deploy/invoke-role.ts';

/** Reaches a database and does `action` there. */
export type Migrator = (action: MigrationAction) => Promise<MigrationReport>;

type Environment = Readonly<Record<string, string | undefined>>;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Through the stage's own function, inside its VPC. */
export function throughFunction(stage: string, env: Environment): Migrator {
  const ask = roleCaller<MigrationReport>({ root, stage, env }, 'migrate-database');
  // Another release's function is told by its level.
  return (action) => ask({ action });
}

/** From this machine. @throws RangeError, TypeError that never repeat the URL */
export function directly(url: string | undefined): Migrator {
  const secret = databaseSecretFromUrl(url);
  return (action) => runMigration(() => openConnection(async () => secret), schemaFiles(), action);
}
