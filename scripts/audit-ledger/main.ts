import { openDatabase } from '../../shared/db/database.ts';
import { auditLedger, CHECKS } from '../../shared/ops/audit-ledger.ts';
import { parseDatabaseUrl } from '../database/obtain-database.ts';
import { auditReport } from './audit-report.ts';

// `npm run audit-ledger`: checks the credits, payments and tasks of the database that DATABASE_URL names. Reads only. Exit
// code 0: every rule holds; 1: the report shows rows that break one; 2: the audit could not be made.

/** Sweepers run every 15–30 s; what is overdue by more than this has been forgotten. */
const OVERDUE_MS = 5 * 60_000;
/** The checks read whole tables. */
const STATEMENT_TIMEOUT_MS = 30 * 60_000;

const url = process.env['DATABASE_URL'];
if (url === undefined || url === '') {
  process.stderr.write('DATABASE_URL: required, such as mysql://user:password@host:3306/database\n');
  process.exit(2);
}
try {
  const { host = '', port = 3306, user, password, database } = parseDatabaseUrl(url);
  const secret = { host, port, user, password, database };
  const db = openDatabase({ readSecret: async () => secret, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  try {
    const violations = await auditLedger(db, Date.now() - OVERDUE_MS);
    process.stdout.write(auditReport(violations, CHECKS.length));
    process.exitCode = violations.length === 0 ? 0 : 1;
  } finally {
    await db.close();
  }
} catch (error) {
  process.stderr.write(`the audit could not be made: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
