import { fileURLToPath } from 'node:url';
import { forkTypeScript } from '../fork-process.ts';
import { builtBenchFunction } from '../functions-to-bench.ts';
import { type LoadRequest, loadSlice, startHttpLoad } from '../http-load.ts';
import { treeCpuMs } from '../process-cpu.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, checksOf, describeSamples, type Reach, type RowResult } from '../row.ts';
import { runRounds } from '../run-rounds.ts';
import { type HttpServer, listening, startGateway } from '../start-gateway.ts';

const PLAIN_SERVER = fileURLToPath(new URL('../peers/plain-server-process.ts', import.meta.url));
const BODY = JSON.stringify({ n: 12_345 });
const HEAD = ['POST / HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json', `Content-Length: ${BODY.length}`];

type Name = 'raw' | 'fastify' | 'gateway' | 'wrapper';

async function startServers(): Promise<Record<Name, HttpServer>> {
  const functionEnv = { STAGE: 'bench', REGION: 'ap-guangzhou' };
  const gatewayTo = async (name: string) =>
    startGateway([{ path: '/', file: await builtBenchFunction(name), instances: 1 }], functionEnv);
  return {
    raw: await listening(forkTypeScript(PLAIN_SERVER, { KIND: 'raw' })),
    fastify: await listening(forkTypeScript(PLAIN_SERVER, { KIND: 'fastify' })),
    gateway: await gatewayTo('fixed-reply'),
    wrapper: await gatewayTo('echo'),
  };
}

async function run({ rounds, sliceMs }: BenchSettings): Promise<RowResult[]> {
  const load = await startHttpLoad();
  const servers = await startServers();
  try {
    const contenders = (Object.keys(servers) as Name[]).map((name) => {
      const { port, pid } = servers[name];
      const request: LoadRequest = {
        port,
        connections: 32,
        durationMs: sliceMs,
        heads: [HEAD.join('\r\n')],
        body: BODY,
        keyPrefix: 'k',
        status: 200,
      };
      const cpu = { serverMs: () => treeCpuMs(pid), databaseMs: () => 0 };
      return { name, slice: () => loadSlice(load, request, cpu) };
    });
    const samples = await runRounds(contenders, rounds, 2);
    return [
      result('raw node:http', samples, 'gateway', 'raw', { cpu: 1.4 }),
      result('Fastify POST', samples, 'gateway', 'fastify', { cpu: 1 }),
      result('raw node:http; with the whole wrapper of a function', samples, 'wrapper', 'raw', {}),
      result('Fastify POST; with the whole wrapper of a function', samples, 'wrapper', 'fastify', {}),
    ];
  } finally {
    await Promise.all([load.stop(), ...Object.values(servers).map((server) => server.stop())]);
  }
}

function result(against: string, samples: Record<Name, Sample[]>, ours: Name, peer: Name, reach: Reach): RowResult {
  const comparison = compareRounds(samples[ours], samples[peer]);
  const figures = [describeSamples(ours, samples[ours]), describeSamples(peer, samples[peer])];
  const { wall, cpu } = comparison;
  return { row: 'gateway', against, wall, cpu, checks: checksOf(comparison, reach), figures };
}

export const GATEWAY_ROW: BenchRow = { name: 'gateway', title: 'gateway: HTTP to event to reply', run };
