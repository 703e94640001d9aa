import type { Connection } from 'mysql2/promise';

/** What the tables say, in a form that is the same for two runs that came to the same. */
export type ProductState = Readonly<Record<string, readonly string[]>>;

/** What stays from run to run: only who saves a card writes one, and its scenarios bring their own. */
const KEPT_TABLES = ['features', 'feature_versions', 'plans', 'platform_presets', 'schema_migrations', 'settings'];
/** Its triggers let no row go. */
const APPEND_ONLY = ['audit_log'];
/** What functions measure of themselves: how long tasks took by this run's clock. */
const MEASURED = ['feature_paces'];
/** Ids, hashes and chance: who is meant is checked by the audit, by reference. */
const CHANCE =
  /^(seq|audit_seq|phone|idempotency_key|request_hash|lease_id|token_hash|code_hash|key_hash|hint|code_url|transaction_id|subject|tat_ms|out_trade_no|request_id|sealed|pending_sealed|payee_sealed|payer_hash|code|last_counter|pending_key|trace)$/;
/** Another attempt takes place later, and is counted. */
const ATTEMPTS = /_at$|^(attempts|queries|billed_on|create_tat_ms)$/;
const BUCKET_TIMES = /^expires_at$/;

export async function listTables(connection: Connection): Promise<string[]> {
  const [rows] = await connection.query("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'");
  const names = (rows as Record<string, string>[]).map((row) => Object.values(row)[0] ?? '');
  return names.filter((name) => !KEPT_TABLES.includes(name) && !/migration/.test(name));
}

export async function emptyProduct(connection: Connection, tables: readonly string[]): Promise<void> {
  await connection.query(
    tables.map((table) => `${APPEND_ONLY.includes(table) ? 'TRUNCATE TABLE' : 'DELETE FROM'} ${table}`).join(';'),
  );
}

/** `timeless`: what attempts that came later may change is left out. */
export async function readState(
  connection: Connection,
  tables: readonly string[],
  { timeless }: { timeless: boolean },
): Promise<ProductState> {
  const [results] = await connection.query(tables.map((table) => `SELECT * FROM ${table}`).join(';'));
  const rows = results as Record<string, unknown>[][];
  return Object.fromEntries(
    tables.map((table, n) => {
      const isLeftOut = (column: string) =>
        CHANCE.test(column) ||
        (timeless ? ATTEMPTS : /^create_tat_ms$/).test(column) ||
        (table === 'rate_limits' && BUCKET_TIMES.test(column)) ||
        (timeless && table === 'reconciliation_cases' && column === 'day');
      const lines = (rows[n] ?? []).map((row) => {
        const kept = Object.entries(row).filter(([column]) => !isLeftOut(column));
        return withoutIds(JSON.stringify(Object.fromEntries(kept)));
      });
      return [table, lines.sort()];
    }),
  );
}

/** Ids keep their kind, hashes nothing. */
export const withoutIds = (text: string): string =>
  text
    .replaceAll(/\b([a-z]{3}_)[0-9A-HJKMNP-TV-Z]{26}\b/g, '$1')
    .replaceAll(/\b(refund|grant|revoke):\d+/g, '$1:')
    .replaceAll(/"reverses_entry_id":\d+/g, '"reverses_entry_id":1');

/** @returns what differs, one line a table */
export function compareStates(found: ProductState, expected: ProductState, ignored: readonly string[] = []): string[] {
  return Object.keys(expected)
    .filter(
      (table) =>
        !ignored.includes(table) && !MEASURED.includes(table) && String(found[table]) !== String(expected[table]),
    )
    .map(
      (table) => `${table}: ${found[table]?.join(' ') || 'empty'} instead of ${expected[table]?.join(' ') || 'empty'}`,
    );
}
