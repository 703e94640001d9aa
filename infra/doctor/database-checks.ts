import type { DatabaseServer, SchemaStatus } from '../../shared/db/schema-status.ts';
import { codeOf, isNotFound } from '../deploy/paced-call.ts';
import { databaseConnections } from '../serverless/database-connections.ts';
import type { Service } from '../serverless/service.ts';
import { ask, type Check, type Finding, ok, wrong } from './finding.ts';

const MOST_SKEW_MS = 5000;
const SERVER_PARAMETERS = 'TencentDB console, 参数设置';

/** `status`: what migrate-database answers, inside the VPC. */
export function databaseChecks(service: Service, status: () => Promise<SchemaStatus>, nowMs: () => number): Check[] {
  const look = async (): Promise<Finding[]> => {
    const begunMs = nowMs();
    let seen: SchemaStatus;
    try {
      seen = await status();
    } catch (error) {
      if (isNotFound(error)) return [notDeployed(service.stage)];
      // Of the account or of the way to it: the function was never asked.
      if (codeOf(error) !== '') throw error;
      const todo =
        'the database secret: address of the primary, port, user, password; the database in the same VPC, its security group open to the subnet';
      return [wrong('database', error instanceof Error ? error.message : String(error), todo)];
    }
    const skewMs = Math.round((begunMs + nowMs()) / 2 - seen.server.nowMs);
    return [
      ok('database', `${seen.server.version} answers the function`),
      ...serverFindings(service, seen.server, skewMs),
      schemaFinding(service.stage, seen),
    ];
  };
  return [{ name: 'database', look }];
}

const notDeployed = (stage: string): Finding =>
  ask(
    'database',
    'no function that could reach it is deployed yet',
    `npx serverless deploy function -f migrate-database --stage ${stage}, then run this again`,
  );

function serverFindings(service: Service, server: DatabaseServer, skewMs: number): Finding[] {
  const needed = databaseConnections(service);
  const isOld = !/mariadb/i.test(server.version) && Number.parseInt(server.version, 10) < 8;
  return [
    ...(isOld ? [wrong('database version', server.version, 'MySQL 8.0: TencentDB for MySQL or TDSQL-C')] : []),
    needed <= server.maxConnections
      ? ok('database connections', `${needed} at most, it allows ${server.maxConnections}`)
      : wrong(
          'database connections',
          `the functions may hold ${needed}, it allows ${server.maxConnections}`,
          `max_connections (${SERVER_PARAMETERS}), a larger instance, or less reservedConcurrency`,
        ),
    server.allowsTriggers
      ? ok('database triggers', 'allowed')
      : wrong(
          'database triggers',
          'log_bin_trust_function_creators is OFF',
          `set it to ON (${SERVER_PARAMETERS}): the audit log's triggers and the procedures need it`,
        ),
    Math.abs(skewMs) <= MOST_SKEW_MS
      ? ok('database clock', `within ${MOST_SKEW_MS / 1000} s of this machine's`)
      : wrong(
          'database clock',
          `${skewMs} ms off this machine's`,
          'set this machine’s clock; then ask Tencent about the instance',
        ),
  ];
}

function schemaFinding(stage: string, { pending, changed, files }: SchemaStatus): Finding {
  if (changed.length > 0) {
    return wrong(
      'schema',
      `changed after it had been applied: ${changed.join(', ')}`,
      'the release that was applied, or a new file',
    );
  }
  if (pending.length === 0) return ok('schema', `all ${files} files are applied`);
  return wrong(
    'schema',
    `${pending.length} of ${files} files are not applied`,
    `npm run migrate -- up --stage ${stage}`,
  );
}
