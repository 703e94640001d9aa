import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Connection, createConnection } from 'mysql2/promise';
import { migrate, schemaChecksum } from '../../infra/migrate.ts';
import { audienceOf, importTokenKey, signToken } from '../../shared/auth/sign-token.ts';
import { systemClock } from '../../shared/clock.ts';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { startPrivateDatabase } from '../database/private-database.ts';
import { startTencentApi } from '../local/tencent-api/start-tencent-api.ts';
import { forkTypeScript } from './fork-process.ts';
import { processCpuMs } from './process-cpu.ts';
import { merchantId, seedMerchants } from './seed-merchants.ts';

export const MERCHANTS = 1000;
const STAGE = 'bench';
const PEER_DATABASE = 'peer';

/** A private database with both schemas, seeded, and what surrounds the functions in the cloud. */
export interface BenchStage {
  readonly connection: Connection;
  /** The database of the product, and the peer's own on the same server. */
  readonly secret: DatabaseSecret;
  readonly peerSecret: DatabaseSecret;
  readonly databaseCpuMs: () => number;
  /** Environment of a deployed function. */
  readonly functionEnv: Record<string, string>;
  readonly peerEnv: Record<string, string>;
  readonly tokenSecret: string;
  /** Access tokens of the product's own making, for the first `count` merchants. */
  readonly accessTokens: (count: number) => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

export interface StageSettings {
  /** Puts about a millisecond between the database and everybody else. */
  readonly farDatabase?: boolean;
  /** Credits of each merchant. */
  readonly credits?: number;
  /** As small as a developer's: one merchant, no peer, the template's own redo log. */
  readonly small?: boolean;
  /** Further documents of the secrets manager, by what follows the stage in their names. */
  readonly secrets?: Readonly<Record<string, unknown>>;
}

/** Both sides need the room: the template's redo log of 8 MB would stall on checkpoints. */
const SERVER_OPTIONS = ['--innodb-log-file-size=256M', '--innodb-buffer-pool-size=1G'];

export async function startBenchStage({
  farDatabase = false,
  credits = 100_000_000,
  small = false,
  secrets = {},
}: StageSettings = {}): Promise<BenchStage> {
  const database = await startPrivateDatabase({
    engine: 'mariadb',
    tmpfs: false,
    flush: 1,
    maxConnections: 400,
    ...(!small && { options: SERVER_OPTIONS }),
    templateKey: schemaChecksum(),
    prepare: ({ socketPath }) => withConnection({ socketPath, database: 'app' }, migrate),
  });
  const near = { socketPath: database.socketPath, user: 'root', password: '' };
  const socketPath = farDatabase ? join(database.runFolder, 'far') : database.socketPath;
  const proxy = farDatabase
    ? forkTypeScript(beside('./latency-proxy-process.ts'), { FROM: socketPath, TO: near.socketPath })
    : null;
  await proxy?.nextMessage();
  const connection = await createConnection({ ...near, database: 'app', multipleStatements: true });
  if (!small) {
    await connection.query(`CREATE DATABASE ${PEER_DATABASE}`);
    await connection.query(`USE ${PEER_DATABASE}; ${await readFile(beside('./peers/schema.sql'), 'utf8')}; USE app`);
  }
  const merchants = small ? 1 : MERCHANTS;
  await seedMerchants(connection, { merchants, credits, ...(!small && { peerDatabase: PEER_DATABASE }) });

  const secret = { ...near, socketPath, database: 'app' };
  const keys = { secretId: 'AKIDbench', secretKey: randomBytes(20).toString('hex'), sessionToken: 'session' };
  const tokenKey = randomBytes(32).toString('base64');
  const tencent = await startTencentApi({
    clock: systemClock,
    credentials: [keys],
    secrets: {
      ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`yiying-${STAGE}-${name}`, value])),
      [`yiying-${STAGE}-database`]: secret,
      [`yiying-${STAGE}-tokens`]: {
        codeKey: randomBytes(32).toString('base64'),
        currentKeyId: 'k1',
        keys: [{ id: 'k1', key: tokenKey }],
      },
    },
    sms: { sdkAppId: '1', signName: 'bench', templates: {} },
  });
  const tokenSecret = randomBytes(16).toString('hex');
  return {
    connection,
    secret,
    peerSecret: { ...secret, database: PEER_DATABASE },
    databaseCpuMs: () => processCpuMs(database.pid),
    functionEnv: {
      STAGE,
      REGION: 'ap-guangzhou',
      SECRETS_ENDPOINT: tencent.url,
      COS_BUCKET: 'bench-1250000000',
      WEB_ORIGINS: 'https://app.example.com',
      TENCENTCLOUD_SECRETID: keys.secretId,
      TENCENTCLOUD_SECRETKEY: keys.secretKey,
      TENCENTCLOUD_SESSIONTOKEN: keys.sessionToken,
    },
    peerEnv: { DB_SOCKET: socketPath, DB_NAME: PEER_DATABASE, TOKEN_SECRET: tokenSecret },
    tokenSecret,
    accessTokens: async (count) => {
      const key = importTokenKey(tokenKey);
      return Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const subject = { merchantId: merchantId(n), sessionId: `ses_${n}` };
          return (await signToken(subject, { keyId: 'k1', key }, audienceOf(STAGE), systemClock())).accessToken;
        }),
      );
    },
    stop: async () => {
      await connection.end();
      await Promise.all([tencent.close(), proxy?.stop()]);
      await database.stop();
    },
  };
}

const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

async function withConnection(
  options: { socketPath: string; database: string },
  work: (connection: Connection) => Promise<unknown>,
): Promise<void> {
  const connection = await createConnection({ ...options, user: 'root' });
  try {
    await work(connection);
  } finally {
    await connection.end();
  }
}
