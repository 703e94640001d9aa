import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { schemaChecksum } from '../../../infra/migrate.ts';
import { buildSchema, schemaFileIn } from '../../../scripts/build/build-schema.ts';
import { type PrivateDatabase, startPrivateDatabase } from '../../../scripts/database/private-database.ts';
import { type LocalCos, startLocalCos } from '../../../scripts/local/cos/start-local-cos.ts';
import { applySchema } from '../../../scripts/local/local-database.ts';
import { type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';

/** A server of this file's own: it is taken away. */
let server: PrivateDatabase;
let cos: LocalCos;
let stage: ApiStage;
let folder: string;
/** What COS's clock shows ahead of ours. */
let cosAheadMs = 0;
beforeAll(async () => {
  const engine = process.env['YIYING_ENGINE'] === 'mysql9' ? 'mysql9' : 'mariadb';
  const prepare = ({ socketPath }: { socketPath: string }) =>
    applySchema({ socketPath, user: 'root', database: 'app' });
  server = await startPrivateDatabase({ engine, prepare, templateKey: schemaChecksum() });
  folder = mkdtempSync(join(tmpdir(), 'ready-'));
  await buildSchema(folder);
  stage = await startApiStage(server.connection, {
    cashier: true,
    environment: { SCHEMA_FILE: schemaFileIn(folder), AI_ENGINES: 'tencent-mps' },
  });
  const { TENCENTCLOUD_SECRETID: secretId = '', TENCENTCLOUD_SECRETKEY: secretKey = '' } = process.env;
  const keys = { secretId, secretKey, sessionToken: process.env['TENCENTCLOUD_SESSIONTOKEN'] ?? '' };
  cos = await startLocalCos({
    ...{
      dataFolder: join(folder, 'cos'),
      appId: '1250000000',
      region: 'ap-guangzhou',
      buckets: [{ name: 'pictures' }],
    },
    clock: () => Date.now() + cosAheadMs,
    secretKeyOf: (id) => (id === secretId ? keys : undefined),
  });
  vi.stubEnv('COS_ENDPOINT', cos.url);
});
afterAll(async () => {
  await stage.close();
  await cos.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  cosAheadMs = 0;
  stage.advance(60_000);
});

const ask = async () => {
  const call = await stage.newInstance('health-ready');
  return call({});
};
const broken = async (): Promise<string[]> => {
  const { status, body } = await ask();
  expect([status, body.error?.code]).toEqual([503, 'UNAVAILABLE']);
  return (body.error as unknown as { fields: { path: string }[] }).fields.map(({ path }) => path);
};

const NO_ENGINE = {
  'tencent-mps': false,
  'tencent-vclm': false,
  'tencent-ci': false,
  'tencent-aiart': false,
  onnx: false,
};

it('all that it stands on answers: 200, with booleans and the clock', async () => {
  const { status, body } = await ask();
  expect([status, body.data]).toEqual([
    200,
    {
      ...{ status: 'ready', secrets: true, database: true, schema: true, objects: true, clock: true },
      checkedAtMs: Date.now(),
      clockSkewMs: expect.any(Number),
      channels: { wechat: true, alipay: false },
      engines: { ...NO_ENGINE, 'tencent-mps': true },
    },
  ]);
  expect(Math.abs(body.data.clockSkewMs)).toBeLessThan(1500);
  // Neither a host, a name of a secret nor a number of anybody's.
  expect(JSON.stringify(body)).not.toMatch(/127\.0|yiying-|socket|password|\d{10}-|0\d{3}_/);
});

it('the database is gone: 503 that names it and what is in it, soon ready again when it is back', async () => {
  const call = await stage.newInstance('health-ready');
  expect((await call({})).status).toBe(200);
  await server.kill9();
  stage.advance(60_000);
  expect((await call({})).status).toBe(503);
  expect(await broken()).toEqual(['database', 'schema']);
  await server.restart();
  stage.advance(1000);
  expect((await call({})).status).toBe(200);
});

it('a migration of this release is missing, or only begun', async () => {
  await stage.db.write("UPDATE schema_migrations SET finished_at = NULL WHERE name = '0002_credits'");
  expect(await broken()).toEqual(['schema']);
  await stage.db.write("UPDATE schema_migrations SET finished_at = started_at WHERE name = '0002_credits'");
  expect((await ask()).status).toBe(200);
});

it('the bucket is another one, or does not answer', async () => {
  vi.stubEnv('COS_BUCKET', 'others-1250000000');
  expect(await broken()).toEqual(['objects']);
  vi.stubEnv('COS_BUCKET', 'pictures-1250000000');
  vi.stubEnv('COS_ENDPOINT', 'http://127.0.0.1:9');
  expect(await broken()).toEqual(['objects', 'clock']);
  vi.stubEnv('COS_ENDPOINT', cos.url);
});

it('what ails is not looked at by everybody who asks either: once a second', async () => {
  let looks = 0;
  const ailing = createServer((_request, reply) => {
    looks += 1;
    reply.writeHead(500).end();
  });
  await new Promise<void>((resolve) => ailing.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('COS_ENDPOINT', `http://127.0.0.1:${(ailing.address() as AddressInfo).port}`);
  const call = await stage.newInstance('health-ready');
  const ask10 = async () => {
    for (let n = 0; n < 10; n++) expect((await call({})).status).toBe(503);
    return looks;
  };
  const once = await ask10();
  stage.advance(1000);
  expect([once > 0, await ask10()]).toEqual([true, 2 * once]);
  vi.stubEnv('COS_ENDPOINT', cos.url);
  await new Promise((resolve) => ailing.close(resolve));
});

it('our keys are refused by the secrets manager and the bucket: nothing that needs them is ready', async () => {
  const key = process.env['TENCENTCLOUD_SECRETKEY'] ?? '';
  const call = await stage.newInstance('health-ready');
  vi.stubEnv('TENCENTCLOUD_SECRETKEY', 'of somebody else');
  const { status, body } = await call({});
  vi.stubEnv('TENCENTCLOUD_SECRETKEY', key);
  expect([status, body.error.fields.map(({ path }: { path: string }) => path)]).toEqual([
    503,
    ['secrets', 'database', 'schema', 'objects'],
  ]);
});

it.each([
  [29_000, 200],
  [-29_000, 200],
  [40_000, 503],
  [-40_000, 503],
])('the object storage is %i ms ahead of us: %i', async (aheadMs, status) => {
  cosAheadMs = aheadMs;
  const answer = await ask();
  expect(answer.status).toBe(status);
  if (status === 200) expect(Math.abs(answer.body.data.clockSkewMs + aheadMs)).toBeLessThan(1500);
});

it('an engine that rests after failures is not open, and that alone makes nothing unready', async () => {
  await stage.db.write(
    "INSERT INTO engine_breakers (engine, failures, open_until) VALUES ('tencent-mps', 5, '2099-01-01')",
  );
  const { status, body } = await ask();
  expect([status, body.data.engines]).toEqual([200, NO_ENGINE]);
  await stage.db.write("DELETE FROM engine_breakers WHERE engine = 'tencent-mps'");
});

it('whoever asks a hundred times in five seconds costs the database what one costs', async () => {
  const call = await stage.newInstance('health-ready');
  const questions = async () => {
    const [row] = await stage.db.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Questions'");
    return Number(row?.Value);
  };
  await call({});
  const [first, second] = [await questions(), await questions()];
  for (let n = 0; n < 100; n++) {
    stage.advance(49);
    expect((await call({})).status).toBe(200);
  }
  expect((await questions()) - second).toBe(second - first);
  stage.advance(200);
  await call({});
  expect((await questions()) - second).toBeGreaterThan(2 * (second - first));
});
