import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { openDatabase } from '../../shared/db/database.ts';
import type { Violation } from '../../shared/ops/audit-ledger.ts';
import { type AuditPart, auditPart } from '../../shared/ops/audit-part.ts';
import { databaseSecretFromUrl } from '../database/obtain-database.ts';
import { roleCaller } from '../deploy/invoke-role.ts';
import { auditReport } from './audit-report.ts';

// `npm run audit-ledger [-- --stage prod]`: checks the credits, payments and tasks of a stage by its own function, or of the database that
// DATABASE_URL names. Reads only. Exit code 0: every rule holds; 1: the report shows rows that break one; 2: the audit could not be made.

/** The checks read whole tables. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const { env } = process;

/** Makes the checks from `from` on, as many as it may, and is closed at the end. */
interface Auditor {
  readonly part: (from: number) => Promise<AuditPart>;
  readonly close: () => Promise<void>;
}

function throughFunction(stage: string): Auditor {
  const ask = roleCaller<AuditPart>({ root, stage, env }, 'audit-ledger');
  return { part: (from) => ask({ from }), close: async () => undefined };
}

function directly(url: string | undefined): Auditor {
  const secret = databaseSecretFromUrl(url);
  const db = openDatabase({ readSecret: async () => secret, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  return { part: (from) => auditPart(db, { nowMs: Date.now(), from, isTimeUp: () => false }), close: db.close };
}

async function main(): Promise<number> {
  const args = process.argv.slice(2).filter((argument) => argument !== '--');
  const { stage } = parseArgs({ args, options: { stage: { type: 'string' } } }).values;
  const auditor = stage === undefined ? directly(env['DATABASE_URL']) : throughFunction(stage);
  try {
    const violations: Violation[] = [];
    let checks = 0;
    for (let next: number | null = 0; next !== null; ) {
      const part: AuditPart = await auditor.part(next);
      violations.push(...part.violations);
      ({ checks, next } = part);
    }
    process.stdout.write(auditReport(violations, checks));
    return violations.length === 0 ? 0 : 1;
  } finally {
    await auditor.close();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the audit could not be made: ${messageOf(error)}\n`);
  return 2;
});
