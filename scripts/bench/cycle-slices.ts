import type { BenchStage } from './bench-stage.ts';
import { lanesSlice } from './lanes-slice.ts';
import type { OurCycle } from './our-cycle.ts';
import type { Sample } from './ratios.ts';

export const LANES = 4;
/** Tasks whose finishing is one slice: they are created and accepted before it begins. */
const TO_FINISH = 200;

export interface CycleStage {
  readonly stage: BenchStage;
  readonly cycle: OurCycle;
}

export const lanes = (call: (lane: number) => Promise<unknown>) =>
  Array.from({ length: LANES }, (_, lane) => () => call(lane));

export const createSlice = ({ stage, cycle }: CycleStage, sliceMs: number): Promise<Sample> =>
  lanesSlice(lanes(cycle.create), sliceMs, { databaseMs: stage.databaseCpuMs });

export async function finishSlice({ stage, cycle }: CycleStage): Promise<Sample> {
  const ready: string[] = [];
  const prepare = async (lane: number): Promise<void> => {
    for (let i = 0; i < TO_FINISH / LANES; i++) {
      const taskId = await cycle.create(lane);
      await cycle.accept(lane, taskId);
      ready.push(taskId);
    }
  };
  await Promise.all(lanes(prepare).map((work) => work()));
  const operations = ready.length;
  const [startMs, cpu, databaseMs] = [performance.now(), process.cpuUsage(), stage.databaseCpuMs()];
  const finish = async (lane: number): Promise<void> => {
    for (let taskId = ready.pop(); taskId !== undefined; taskId = ready.pop()) await cycle.finish(lane, taskId);
  };
  await Promise.all(lanes(finish).map((work) => work()));
  const { user, system } = process.cpuUsage(cpu);
  const databaseCpuMs = stage.databaseCpuMs() - databaseMs;
  return {
    operations,
    wallMs: performance.now() - startMs,
    cpuMs: (user + system) / 1000 + databaseCpuMs,
    databaseCpuMs,
  };
}
