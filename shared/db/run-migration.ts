import type { Connection } from 'mysql2/promise';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { treatmentOf } from './error-treatment.ts';
import { type Migrated, type MigrateOptions, migrate } from './migrate.ts';
import { MigrationFailed } from './migration-failed.ts';
import type { SchemaFile } from './schema-file.ts';
import { type SchemaStatus, schemaStatus } from './schema-status.ts';

export const MIGRATION_ACTIONS = ['status', 'up'] as const;
export type MigrationAction = (typeof MIGRATION_ACTIONS)[number];

export type MigrationReport = SchemaStatus & { readonly migrated: Migrated | null };

/**
 * What `action` says, and how the schema stands afterwards; on a connection of its own, closed at the end.
 * @throws MigrationFailed; DatabaseUnavailable: run it again, it goes on
 */
export async function runMigration(
  open: () => Promise<Connection>,
  files: readonly SchemaFile[],
  action: MigrationAction,
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const connection = await open();
  try {
    const migrated = action === 'up' ? await migrate(connection, files, options) : null;
    return { ...(await schemaStatus(connection, files)), migrated };
  } catch (error) {
    const isGone = ['broken', 'stale'].includes(treatmentOf(error instanceof MigrationFailed ? error.cause : error));
    throw isGone ? new DatabaseUnavailable('unknown', error) : error;
  } finally {
    // Whatever it holds, a lock or a transaction, ends with it.
    connection.destroy();
  }
}
