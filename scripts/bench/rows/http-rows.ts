import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { type BenchStage, MERCHANTS, type StageSettings, startBenchStage } from '../bench-stage.ts';
import { checkLedgers } from '../check-ledgers.ts';
import { builtBenchFunction, builtFunction } from '../functions-to-bench.ts';
import { type HttpLoad, loadSlice, requestHead, startHttpLoad } from '../http-load.ts';
import { treeCpuMs } from '../process-cpu.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { refillRate } from '../refill-rate.ts';
import { type BenchRow, type BenchSettings, checksOf, describeSamples, type Reach, type RowResult } from '../row.ts';
import { runRounds } from '../run-rounds.ts';
import { type HttpServer, startExpressPeer, startGateway } from '../start-gateway.ts';

const CONNECTIONS = 32;
/** As many instances as keep two cores busy; SCF would start one for each request under way. */
const INSTANCES = 4;
/** Each instance has its own code to warm up: thousands of calls until V8 has compiled it for good. */
const WARM_UPS = 8;

interface HttpRow {
  readonly name: string;
  readonly title: string;
  readonly peer: 'express' | 'six-trips';
  readonly operation: 'create-task' | 'query-quota';
  readonly merchants: number;
  readonly stage?: StageSettings;
  readonly reach: Reach;
}

/** Ours behind the in-process gateway against a peer, the same requests from the same load. */
function httpRow(declared: HttpRow): BenchRow {
  const { name, title } = declared;
  return { name, title, run: async (settings) => [await measure(declared, settings)] };
}

async function measure(row: HttpRow, settings: BenchSettings): Promise<RowResult> {
  const stage = await startBenchStage(row.stage);
  const load = await startHttpLoad();
  const servers: HttpServer[] = [];
  const stopRefilling = row.merchants === 1 ? refillRate(stage.connection) : null;
  try {
    const ours = await startOurs(stage, row);
    servers.push(ours);
    const peer = await startPeer(stage, row);
    servers.push(peer);
    const contenders = await Promise.all([
      contender('ours', { stage, load, server: ours, settings, ...(await ourRequests(stage, row)) }),
      contender('peer', { stage, load, server: peer, settings, ...peerRequests(stage, row) }),
    ]);
    const samples = await runRounds(contenders, settings.rounds, WARM_UPS);
    await checkLedgers(stage.connection);
    return describe(row, samples);
  } finally {
    await stopRefilling?.();
    await Promise.all([load.stop(), ...servers.map((server) => server.stop())]);
    await stage.stop();
  }
}

interface Load {
  readonly stage: BenchStage;
  readonly load: HttpLoad;
  readonly server: HttpServer;
  readonly settings: BenchSettings;
  readonly heads: readonly string[];
  readonly body: string;
  readonly status: number;
}

async function contender<Name extends string>(name: Name, { stage, load, server, settings, ...requests }: Load) {
  const cpu = { serverMs: () => treeCpuMs(server.pid), databaseMs: stage.databaseCpuMs };
  const keyPrefix = randomBytes(6).toString('hex');
  const request = { ...requests, port: server.port, connections: CONNECTIONS, durationMs: settings.sliceMs, keyPrefix };
  return { name, slice: () => loadSlice(load, request, cpu) };
}

const TASK_BODY = JSON.stringify({
  featureId: 'basic_clean',
  inputs: [{ contentType: 'image/jpeg', sizeBytes: 2_400_000 }],
});
const PEER_TASK_BODY = JSON.stringify({
  type: 'basic_clean',
  cost: 1,
  input: 'inputs/2026/11/24/photo-0123456789.jpg',
});

async function ourRequests(stage: BenchStage, { operation, merchants }: HttpRow) {
  const [method, body, status] =
    operation === 'create-task' ? (['POST', TASK_BODY, 201] as const) : (['GET', '', 200] as const);
  const tokens = await stage.accessTokens(merchants);
  return { heads: tokens.map((token) => requestHead(method, `/v1/${operation}`, token, body)), body, status };
}

function peerRequests(stage: BenchStage, { operation, merchants }: HttpRow) {
  const [method, path, body, status] =
    operation === 'create-task'
      ? (['POST', '/tasks', PEER_TASK_BODY, 201] as const)
      : (['GET', '/quota', '', 200] as const);
  const tokens = Array.from({ length: merchants }, (_, n) => peerToken(stage.tokenSecret, n + 1));
  return { heads: tokens.map((token) => requestHead(method, path, token, body)), body, status };
}

const jsonwebtoken = createRequire(import.meta.url)('jsonwebtoken') as {
  sign: (claims: object, secret: string, options: object) => string;
};

export const peerToken = (secret: string, userId: number): string =>
  jsonwebtoken.sign({}, secret, { subject: String(userId), expiresIn: '1h', algorithm: 'HS256' });

async function startOurs(stage: BenchStage, { operation }: HttpRow): Promise<HttpServer> {
  const file = await builtFunction(operation);
  return startGateway([{ path: `/v1/${operation}`, file, instances: INSTANCES }], stage.functionEnv);
}

async function startPeer(stage: BenchStage, { peer }: HttpRow): Promise<HttpServer> {
  if (peer === 'express') return startExpressPeer({ ...stage.peerEnv, WORKERS: '2' });
  return startGateway(
    [{ path: '/tasks', file: await builtBenchFunction('six-trips'), instances: INSTANCES }],
    stage.peerEnv,
  );
}

const PEER_NAMES = { express: 'Express peer ×2', 'six-trips': 'six trips, own gateway' } as const;

function describe(row: HttpRow, samples: Record<'ours' | 'peer', Sample[]>): RowResult {
  const comparison = compareRounds(samples.ours, samples.peer);
  const figures = [describeSamples('ours', samples.ours), describeSamples('peer', samples.peer)];
  const { wall, cpu } = comparison;
  const { name, peer, reach } = row;
  return { row: name, against: PEER_NAMES[peer], wall, cpu, checks: checksOf(comparison, reach), figures };
}

export const HTTP_ROWS: readonly BenchRow[] = [
  httpRow({
    name: 'create-task',
    title: `create-task over HTTP, ${MERCHANTS} merchants, ${CONNECTIONS} connections`,
    peer: 'express',
    operation: 'create-task',
    merchants: MERCHANTS,
    reach: { wall: 4.5, cpu: 0.18, p99: 0.2, stretch: { wall: 5.5, cpu: 0.15 } },
  }),
  httpRow({
    name: 'create-task-hot',
    title: 'create-task over HTTP, one hot merchant',
    peer: 'express',
    operation: 'create-task',
    merchants: 1,
    reach: { wall: 4.5 },
  }),
  httpRow({
    name: 'create-task-hot-far',
    title: 'create-task over HTTP, one hot merchant, 1 ms to the database',
    peer: 'express',
    operation: 'create-task',
    merchants: 1,
    stage: { farDatabase: true },
    reach: { wall: 10 },
  }),
  httpRow({
    name: 'create-task-six-trips',
    title: 'create-task over HTTP against six round trips with a hand-checked token',
    peer: 'six-trips',
    operation: 'create-task',
    merchants: MERCHANTS,
    reach: { wall: 1.8, cpu: 0.6 },
  }),
  httpRow({
    name: 'query-quota',
    title: 'query-quota over HTTP',
    peer: 'express',
    operation: 'query-quota',
    merchants: MERCHANTS,
    reach: { wall: 4.5, cpu: 0.16 },
  }),
];
