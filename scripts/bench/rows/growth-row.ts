import { systemClock } from '../../../shared/clock.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { MERCHANTS, startBenchStage } from '../bench-stage.ts';
import { type CycleStage, createSlice, finishSlice, LANES, lanes } from '../cycle-slices.ts';
import { lanesSlice } from '../lanes-slice.ts';
import { ourCycle } from '../our-cycle.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, describeSamples, type RowResult } from '../row.ts';
import { type Contender, runRounds } from '../run-rounds.ts';
import { merchantId } from '../seed-merchants.ts';
import { seedTasks } from '../seed-tasks.ts';

const FEW = 1000;
const MANY = 1_000_000;

async function grown(tasks: number, say: (line: string) => void): Promise<CycleStage> {
  const stage = await startBenchStage();
  await seedTasks(stage.connection, tasks, say);
  return { stage, cycle: await ourCycle(stage.secret, LANES) };
}

const OPERATIONS = ['create', 'quota', 'finish'] as const;
type OperationName = (typeof OPERATIONS)[number];

const SLICES: Record<OperationName, (grown: CycleStage, sliceMs: number) => Promise<Sample>> = {
  create: createSlice,
  quota: ({ stage, cycle }, sliceMs) => {
    const merchant = () => merchantId(Math.floor(Math.random() * MERCHANTS));
    const query = (lane: number) => queryQuota(cycle.databases[lane]!, merchant(), systemClock());
    return lanesSlice(lanes(query), sliceMs, { databaseMs: stage.databaseCpuMs });
  },
  finish: finishSlice,
};

async function run({ rounds, sliceMs, say }: BenchSettings): Promise<RowResult[]> {
  const few = await grown(FEW, say);
  const many = await grown(MANY, say);
  try {
    const contenders: Contender[] = OPERATIONS.flatMap((operation) => [
      { name: `${operation} ${FEW}`, slice: () => SLICES[operation](few, sliceMs) },
      { name: `${operation} ${MANY}`, slice: () => SLICES[operation](many, sliceMs) },
    ]);
    const samples = await runRounds(contenders, rounds, 3);
    return OPERATIONS.map((operation) => describe(operation, samples));
  } finally {
    for (const { cycle, stage } of [few, many]) {
      await cycle.close();
      await stage.stop();
    }
  }
}

function describe(operation: OperationName, samples: Record<string, Sample[]>): RowResult {
  const [small, large] = [samples[`${operation} ${FEW}`]!, samples[`${operation} ${MANY}`]!];
  const { wall, cpu } = compareRounds(large, small);
  return {
    row: 'growth',
    against: `${operation} at 10³ tasks; ours at 10⁶`,
    wall,
    cpu,
    checks: [{ what: 'cpu', value: cpu.median, rule: '≤', bound: 1.3 }],
    figures: [describeSamples('10⁶', large), describeSamples('10³', small)],
  };
}

export const GROWTH_ROW: BenchRow = { name: 'growth', title: 'cost of an operation as tables grow', run };
