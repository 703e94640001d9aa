import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { MigrationFailed } from '../../shared/db/migration-failed.ts';
import { RoleCallFailed } from '../deploy/invoke-role.ts';
import { directly, throughFunction } from './migrators.ts';
import { parseMigrateArgs } from './parse-migrate-args.ts';
import { runMigrate } from './run-migrate.ts';

// `npm run migrate -- status|plan|up [--stage prod] [--json]`: through the stage's function, or the database of DATABASE_URL. Exit
// code 0: the schema is this release's; 1: something is pending, changed or failed; 2: it could not begin.

async function main(): Promise<number> {
  const { command, stage, json } = parseMigrateArgs(process.argv.slice(2));
  const migrator = stage === null ? directly(process.env['DATABASE_URL']) : throughFunction(stage, process.env);
  const say = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const { report, isUpToDate } = await runMigrate(command, migrator, say);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return isUpToDate || command === 'plan' ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  return error instanceof MigrationFailed || error instanceof RoleCallFailed ? 1 : 2;
});
