import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../shared/db/database.ts';
import { readTask } from '../../../shared/tasks/read-task.ts';
import type { BenchStage } from '../../bench/bench-stage.ts';
import type { OurCycle } from '../../bench/our-cycle.ts';
import { treeCpuMs } from '../../bench/process-cpu.ts';
import { median } from '../../bench/ratios.ts';

/** One operation: what it takes of this process and of the database, in milliseconds of one core. */
export interface OperationCost {
  readonly clientMs: number;
  readonly databaseMs: number;
  /** Round trips, and how many of them commit. */
  readonly calls: number;
  readonly commits: number;
}

export interface MeasuredCosts {
  readonly create: OperationCost;
  readonly accept: OperationCost;
  readonly finish: OperationCost;
  readonly read: OperationCost;
  readonly flushMs: number;
}

const ROUNDS = 3;
const PER_ROUND = 240;
const LANES = 4;

/** CPU of each operation, which a busy machine changes little; the median of some rounds. */
export async function measureCosts(stage: BenchStage, cycle: OurCycle): Promise<MeasuredCosts> {
  const db = openDatabase({ readSecret: async () => stage.secret });
  const rounds: { create: Cpu; accept: Cpu; finish: Cpu; read: Cpu }[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const tasks: string[] = [];
      const create = await cpuOf(stage, async (lane) => void tasks.push(await cycle.create(lane)));
      const left = [...tasks];
      const accept = await cpuOf(stage, (lane) => cycle.accept(lane, left.pop() ?? ''));
      const read = await cpuOf(stage, (_lane, n) => readTask(db, tasks[n] ?? ''), 1);
      const finish = await cpuOf(stage, (lane) => cycle.finish(lane, tasks.pop() ?? ''));
      // The first round warms up.
      if (round > 0) rounds.push({ create, accept, finish, read });
    }
  } finally {
    await db.close();
  }
  const cost = (name: keyof (typeof rounds)[0], calls: number, commits: number): OperationCost => ({
    clientMs: median(rounds.map((round) => round[name].clientMs)),
    databaseMs: median(rounds.map((round) => round[name].databaseMs)),
    ...{ calls, commits },
  });
  return {
    create: cost('create', 1, 1),
    // The task, its inputs, the procedure.
    accept: cost('accept', 3, 1),
    // Claim, the inputs, finish.
    finish: cost('finish', 3, 2),
    read: cost('read', 1, 0),
    flushMs: await measureFlush(),
  };
}

interface Cpu {
  readonly clientMs: number;
  readonly databaseMs: number;
}

async function cpuOf(
  stage: BenchStage,
  call: (lane: number, n: number) => Promise<unknown>,
  lanes = LANES,
): Promise<Cpu> {
  const before = { client: process.cpuUsage(), database: stage.databaseCpuMs() };
  let n = 0;
  const keepCalling = async (lane: number): Promise<void> => {
    while (n < PER_ROUND) await call(lane, n++);
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => keepCalling(lane)));
  const { user, system } = process.cpuUsage(before.client);
  return {
    clientMs: (user + system) / 1000 / PER_ROUND,
    databaseMs: (stage.databaseCpuMs() - before.database) / PER_ROUND,
  };
}

/** How long a small append takes until it is on the disk; the median, for others use the disk too. */
async function measureFlush(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'yiying-flush-'));
  try {
    const file = await open(join(folder, 'log'), 'w');
    const block = Buffer.alloc(512, 1);
    const times: number[] = [];
    for (let n = 0; n < 300; n++) {
      const startMs = performance.now();
      await file.write(block);
      await file.datasync();
      times.push(performance.now() - startMs);
    }
    await file.close();
    return median(times);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** CPU of all processes of one photo's clean-up, in milliseconds. */
export async function cpuOfProcesses(work: () => Promise<unknown>, times: number): Promise<number> {
  const beforeMs = treeCpuMs(process.pid);
  for (let n = 0; n < times; n++) await work();
  return (treeCpuMs(process.pid) - beforeMs) / times;
}
