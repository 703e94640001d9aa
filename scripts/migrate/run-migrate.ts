import { schemaFiles } from '../../infra/migrate.ts';
import type { MigrationReport } from '../../shared/db/run-migration.ts';
import { schemaLevel } from '../../shared/db/schema-file.ts';
import type { Migrator } from './migrators.ts';
import type { MigrateCommand } from './parse-migrate-args.ts';

export interface MigrateOutcome {
  readonly report: MigrationReport;
  /** Everything is applied, and nothing was changed afterwards. */
  readonly isUpToDate: boolean;
}

/** Runs that each end within the platform's time: enough for a hundred long statements. */
const MOST_RUNS = 100;

/** @throws RangeError when the deployed function is of another release, for what it would do is not what is meant */
export async function runMigrate(
  command: MigrateCommand,
  migrator: Migrator,
  say: (line: string) => void,
): Promise<MigrateOutcome> {
  let report = await migrator('status');
  if (report.level !== schemaLevel(schemaFiles())) {
    const advice = 'npx serverless deploy function -f migrate-database --stage …, then again';
    throw new RangeError(`migrate-database is deployed from another release than this checkout: ${advice}`);
  }
  if (command === 'up') report = await bringUp(migrator, report, say);
  for (const line of linesOf(command, report)) say(line);
  return { report, isUpToDate: report.pending.length + report.changed.length === 0 };
}

async function bringUp(migrator: Migrator, before: MigrationReport, say: (line: string) => void) {
  let report = before;
  for (let run = 0; run < MOST_RUNS && (run === 0 || report.pending.length > 0); run++) {
    report = await migrator('up');
    for (const name of report.migrated?.applied ?? []) say(`✓ ${name}`);
  }
  return report;
}

function linesOf(command: MigrateCommand, report: MigrationReport): string[] {
  const { files, finished, pending, changed, others, running, server } = report;
  const pendingLines = pending.flatMap(({ name, statements }) =>
    command === 'plan' ? [`+ ${name}`, ...statements.map((words) => `    ${words}`)] : [`+ ${name}`],
  );
  return [
    ...pendingLines,
    ...changed.map((name) => `! ${name} was changed after it had been applied; write a new file instead`),
    ...others.map((name) => `? ${name} is of another release`),
    ...(running ? ['a migration is under way'] : []),
    `${finished} of ${files} files are applied; the database is ${server.version}, ${server.maxConnections} connections`,
    ...(server.allowsTriggers ? [] : ['! log_bin_trust_function_creators is OFF: set it to ON before a migration']),
  ];
}
