import { createHash } from 'node:crypto';
import { type Connection, createConnection } from 'mysql2/promise';
import { migrate, schemaChecksum } from '../../infra/migrate.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../../shared/db/database.ts';
import type { DatabaseEngine } from '../database/find-server.ts';
import { type PrivateDatabase, startPrivateDatabase } from '../database/private-database.ts';
import { proofCards } from './proof-cards.ts';

/** A database server of one's own with the product's schema, and connections to it as function instances have them. */
export interface ProductServer {
  readonly server: PrivateDatabase;
  readonly open: (over?: Partial<DatabaseOptions>) => Database;
  /** A bare connection that takes several statements at once. */
  readonly plain: () => Promise<Connection>;
  readonly stop: () => Promise<void>;
}

export interface ProductServerRequest {
  readonly engine?: DatabaseEngine;
  /** innodb_flush_log_at_trx_commit: 1 as in production, 0 where only speed counts. */
  readonly flush?: 0 | 1 | 2;
  readonly maxConnections?: number;
  readonly options?: readonly string[];
  /** A planted fault: changes the schema after the migrations. */
  readonly change?: (connection: Connection) => Promise<unknown>;
}

export async function startProductServer(request: ProductServerRequest = {}): Promise<ProductServer> {
  const { engine = 'mariadb', change, ...settings } = request;
  const cards = createHash('sha256').update(proofCards()).digest('hex').slice(0, 8);
  const server = await startPrivateDatabase({
    engine,
    ...settings,
    templateKey: `proof-${schemaChecksum()}-${cards}`,
    prepare: async ({ socketPath }) => {
      const connection = await connectPlain(socketPath);
      await migrate(connection);
      await connection.query(proofCards());
      await connection.end();
    },
  });
  const opened: { close: () => Promise<void> }[] = [];
  const plain = async () => {
    const connection = await connectPlain(server.socketPath);
    opened.push({ close: () => connection.end().catch(() => connection.destroy()) });
    return connection;
  };
  try {
    if (change) await change(await plain());
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    server,
    plain,
    open: (over = {}) => {
      const db = openDatabase({ readSecret: async () => server.connection, ...over });
      opened.push(db);
      return db;
    },
    stop: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await server.stop();
    },
  };
}

async function connectPlain(socketPath: string): Promise<Connection> {
  const options = { socketPath, user: 'root', database: 'app', timezone: 'Z' };
  const connection = await createConnection({ ...options, multipleStatements: true });
  // Emptying a table waits for whoever left a transaction open, which is a fault to be told, not waited for.
  await connection.query('SET SESSION lock_wait_timeout = 3');
  return connection;
}

/** Empties every table but the cards and plans, and counts entries from 1 again. */
export async function emptyTables(connection: Connection): Promise<void> {
  const tables = [
    ...[
      'merchants',
      'accounts',
      'orders',
      'order_attempts',
      'order_keys',
      'payments',
      'refunds',
      'quota_lots',
      'quota_entries',
    ],
    ...['redeem_batches', 'redeem_codes', 'redemptions'],
    ...['referral_accounts', 'referrals', 'referral_outbox', 'referral_commissions', 'referral_entries', 'withdrawals'],
    'welcome_grants',
    ...['audit_log', 'reconciliation_cases', 'tasks', 'task_inputs', 'task_units', 'task_outputs'],
  ];
  await connection.query(tables.map((table) => `TRUNCATE TABLE ${table}`).join(';'));
}
