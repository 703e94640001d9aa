import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaChecksum } from '../../infra/migrate.ts';
import { type Database, openDatabase } from '../../shared/db/database.ts';
import { auditLedger, type Violation } from '../../shared/ops/audit-ledger.ts';
import { buildFunctions } from '../build/build-functions.ts';
import { type PrivateDatabase, startPrivateDatabase } from '../database/private-database.ts';
import type { ServerSettings } from '../database/server-options.ts';
import { DemoMerchant } from '../demo/demo-merchant.ts';
import { applySchema } from '../local/local-database.ts';
import { type Cloud, type CloudOptions, startCloud } from '../local/start-cloud.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The local cloud with the built bundles, on a database server of its own that a test may kill. */
export interface CloudStage {
  readonly cloud: Cloud;
  readonly database: PrivateDatabase;
  readonly db: Database;
  readonly folder: string;
  /** A signed-in merchant with the plan bought. */
  readonly member: () => Promise<DemoMerchant>;
  readonly audit: () => Promise<Violation[]>;
  readonly close: () => Promise<void>;
}

export interface CloudStageOptions
  extends Partial<
    Pick<
      CloudOptions,
      | 'webFolder'
      | 'service'
      | 'policies'
      | 'secrets'
      | 'bucketRules'
      | 'distFolder'
      | 'databaseSwitch'
      | 'engines'
      | 'slowPictureMs'
    >
  > {
  /** As it is, and left running; default: one of its own with the schema in it. */
  readonly database?: PrivateDatabase;
}

const withSchema = (server: ServerSettings): Promise<PrivateDatabase> =>
  startPrivateDatabase({
    ...server,
    engine: 'mariadb',
    templateKey: schemaChecksum(),
    prepare: ({ socketPath }) => applySchema({ socketPath, user: 'root', database: 'app' }),
  });

export async function cloudStage(
  scf: CloudOptions['scf'] = {},
  server: ServerSettings = {},
  options: CloudStageOptions = {},
): Promise<CloudStage> {
  await buildFunctions();
  const folder = await mkdtemp(join(tmpdir(), 'cloud-stage-'));
  const { database: given, ...cloudOptions } = options;
  const database = given ?? (await withSchema(server));
  const cloud = await startCloud({
    root,
    distFolder: join(root, 'dist'),
    dataFolder: join(folder, 'data'),
    keysFile: join(folder, 'keys.json'),
    database: database.connection,
    scf,
    ...cloudOptions,
  });
  const db = openDatabase({ readSecret: async () => database.connection });
  return {
    cloud,
    database,
    db,
    folder,
    member: async () => {
      const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
      await merchant.signIn();
      await merchant.buyPlan('monthly_99');
      return merchant;
    },
    audit: () => auditLedger(db, 0),
    close: async () => {
      await db.close();
      await cloud.close();
      if (!given) await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
