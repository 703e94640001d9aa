import { openArena } from './bursts/arena.ts';
import { runBursts } from './bursts/run-bursts.ts';
import { killMutants } from './mutants/kill-mutants.ts';
import { makeMutants } from './mutants/make-mutants.ts';
import { replaceProcedure } from './mutants/planted-fault.ts';
import { type ProductServer, startProductServer } from './product-server.ts';
import type { Planted, ProofJob, ProofResults } from './proof-job.ts';
import { replayBurst, replaySequence } from './replay-seed.ts';
import { becomeSimulation } from './simulation/seeded-crypto.ts';
import { openGround, simulate } from './simulation/simulate.ts';

// A process of the proof: `proof-process.ts '<ProofJob as JSON>'` works on a database in memory and prints its result as
// one line of JSON. Commits are not made durable here: what only speed and order decide is under test.

const CONNECTIONS = 16;

const job = JSON.parse(process.argv[2] ?? '') as ProofJob; // written by run-proof-job.ts alone
const endsAtMs = performance.now() + ('seconds' in job ? job.seconds * 1000 : 0);
const product = await startProductServer({ flush: 0, ...('engine' in job && job.engine && { engine: job.engine }) });
try {
  if ('planted' in job && job.planted) await plant(product, job.planted);
  process.stdout.write(`${JSON.stringify(await work(product))}\n`);
} finally {
  await product.stop();
}

async function work(on: ProductServer): Promise<ProofResults[ProofJob['kind']]> {
  if (job.kind === 'mutants') {
    becomeSimulation();
    const names = new Set(job.names);
    const chosen = makeMutants().filter(({ name }) => names.has(name));
    return killMutants(on, chosen, job.effort);
  }
  if (job.kind === 'replay') {
    if (job.part === 'bursts') return replayBurst(await openArena(on, CONNECTIONS), job);
    becomeSimulation();
    return replaySequence(await openGround(on), job);
  }
  const isOver = (count: number) => count >= job.count || performance.now() >= endsAtMs;
  if (job.kind === 'bursts') return runBursts(await openArena(on, CONNECTIONS), job.from, isOver);
  becomeSimulation();
  return simulate(await openGround(on), job.from, isOver, job.unexplained ? 'unexplained' : 'explained');
}

async function plant(on: ProductServer, { procedures = [], statements = [] }: Planted): Promise<void> {
  const connection = await on.plain();
  for (const { name, text } of procedures) await replaceProcedure(connection, name, text);
  for (const statement of statements) await connection.query(statement);
}
