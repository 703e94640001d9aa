import type { Connection } from 'mysql2/promise';
import { startBenchStage } from '../bench-stage.ts';
import { type CycleStage, createSlice, finishSlice, LANES } from '../cycle-slices.ts';
import { ourCycle } from '../our-cycle.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, describeSamples, type RowResult } from '../row.ts';
import { type Contender, runRounds } from '../run-rounds.ts';

/** What the triggers that write the outbox find: none of them there, no endpoint, or one of each merchant that is told everything. */
const WORLDS = ['no triggers', 'no endpoint', 'endpoint'] as const;
type World = (typeof WORLDS)[number];

async function begin(world: World): Promise<CycleStage> {
  const stage = await startBenchStage();
  if (world === 'no triggers') await dropTriggers(stage.connection);
  if (world === 'endpoint') {
    await stage.connection.query(
      `INSERT INTO webhooks (id, merchant_id, url, events, credits_below, created_at, idempotency_key, request_hash)
       SELECT CONCAT('whk_', SUBSTRING(id, 5)), id, 'https://hooks.example.com/', 'batch.ended,credits.low,task.ended', 10, created_at,
         'bench', REPEAT('a', 64) FROM merchants`,
    );
  }
  return { stage, cycle: await ourCycle(stage.secret, LANES) };
}

async function dropTriggers(connection: Connection): Promise<void> {
  const [rows] = await connection.query(
    'SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()',
  );
  for (const { name } of rows as { name: string }[]) await connection.query(`DROP TRIGGER \`${name}\``);
}

const OPERATIONS = { create: createSlice, finish: finishSlice } as const;
type OperationName = keyof typeof OPERATIONS;
const NAMES = Object.keys(OPERATIONS) as OperationName[];

async function run({ rounds, sliceMs }: BenchSettings): Promise<RowResult[]> {
  const worlds = new Map<World, CycleStage>();
  try {
    for (const world of WORLDS) worlds.set(world, await begin(world));
    const contenders: Contender[] = NAMES.flatMap((operation) =>
      [...worlds].map(([world, at]) => ({
        name: `${operation}, ${world}`,
        slice: () => OPERATIONS[operation](at, sliceMs),
      })),
    );
    const samples = await runRounds(contenders, rounds, 2);
    return NAMES.flatMap((operation) => [
      describe(operation, samples, ['no endpoint', 'no triggers'], 1.2),
      describe(operation, samples, ['endpoint', 'no endpoint'], 1.3),
    ]);
  } finally {
    for (const { cycle, stage } of worlds.values()) {
      await cycle.close();
      await stage.stop();
    }
  }
}

function describe(
  operation: OperationName,
  samples: Record<string, Sample[]>,
  [ours, theirs]: readonly [World, World],
  bound: number,
): RowResult {
  const [mine, other] = [samples[`${operation}, ${ours}`]!, samples[`${operation}, ${theirs}`]!];
  const { wall, cpu } = compareRounds(mine, other);
  return {
    row: 'webhooks',
    against: `${operation}: ${theirs}; ours: ${ours}`,
    wall,
    cpu,
    checks: [{ what: 'cpu', value: cpu.median, rule: '≤', bound }],
    figures: [describeSamples(ours, mine), describeSamples(theirs, other)],
  };
}

export const WEBHOOKS_ROW: BenchRow = { name: 'webhooks', title: 'what the triggers of webhooks cost a task', run };
