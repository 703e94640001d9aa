import { fileURLToPath } from 'node:url';
import { schemaFiles } from '../../infra/migrate.ts';
import { openConnection } from '../../shared/db/open-connection.ts';
import { type MigrationAction, type MigrationReport, runMigration } from '../../shared/db/run-migration.ts';
import { parseDatabaseUrl } from '../database/obtain-database.ts';
import { invokeRole } from '../deploy/invoke-role.ts';
import { openDeployment } from '../deploy/open-deployment.ts';

/** Reaches a database and does `action` there. */
export type Migrator = (action: MigrationAction) => Promise<MigrationReport>;

type Environment = Readonly<Record<string, string | undefined>>;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Through the stage's own function, inside its VPC. */
export function throughFunction(stage: string, env: Environment): Migrator {
  const { service, call } = openDeployment({ root, stage, env });
  // Our own function of this release answers it; another release's is told by its level.
  return async (action) => (await invokeRole(call(), service, 'migrate-database', { action })) as MigrationReport;
}

/** From this machine. @throws RangeError, TypeError that never repeat the URL */
export function directly(url: string | undefined): Migrator {
  if (!url) throw new RangeError('--stage, or DATABASE_URL such as mysql://user:password@host:3306/database: required');
  const { host = '', port = 3306, user, password, database } = parseDatabaseUrl(url);
  const secret = { host, port, user, password, database };
  return (action) => runMigration(() => openConnection(async () => secret), schemaFiles(), action);
}
