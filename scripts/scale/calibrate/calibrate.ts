import { availableParallelism } from 'node:os';
import { startBenchStage } from '../../bench/bench-stage.ts';
import { lanesSlice } from '../../bench/lanes-slice.ts';
import { type OurCycle, ourCycle } from '../../bench/our-cycle.ts';
import { median, perSecond } from '../../bench/ratios.ts';
import { machineCpuMs } from './machine-cpu.ts';
import { type MeasuredCosts, measureCosts } from './measure-costs.ts';
import { measureImage } from './measure-image.ts';
import { type LoadResult, openLoop, poissonArrivals } from './open-loop.ts';
import { predictLoad } from './predict.ts';

const LANES = 16;
const ROUNDS = 3;
const LOAD_MS = 3000;
const BURST = 200;

export interface CalibrationRow {
  readonly load: string;
  /** Of each round: `measured` by the product on this machine, `predicted` by the model for the same arrivals. */
  readonly measured: LoadResult;
  readonly predicted: LoadResult;
  /** (predicted − measured) ÷ measured. */
  readonly errors: { readonly perSecond: number; readonly p50: number; readonly p99: number };
  readonly othersBusy: number;
}

export interface Calibration {
  readonly costs: MeasuredCosts;
  readonly imageMs: number;
  /** Whole ways a second, 16 at once, as fast as it goes. */
  readonly capacityPerSecond: number;
  readonly rounds: number;
  readonly rows: readonly CalibrationRow[];
}

/** Runs the product at several loads, asks the model about the same arrivals, and compares. */
export async function calibrate(say: (line: string) => void): Promise<Calibration> {
  say('a photo');
  const imageMs = await measureImage();
  const stage = await startBenchStage();
  const cycle = await ourCycle(stage.secret, LANES);
  try {
    say('the cost of each operation');
    const costs = await measureCosts(stage, cycle);
    const capacityPerSecond = await measureCapacity(cycle, stage.databaseCpuMs);
    const loads: [string, (seed: number) => number[]][] = [
      ...[0.3, 0.6, 0.8].map((share): [string, (seed: number) => number[]] => [
        `${share * 100} % of the capacity`,
        (seed) => poissonArrivals(capacityPerSecond * share, LOAD_MS, seed),
      ]),
      [`a burst of ${BURST} at once`, () => Array.from({ length: BURST }, () => 0)],
    ];
    const rows: CalibrationRow[] = [];
    for (const [load, arrivalsOf] of loads) {
      say(load);
      const rounds: CalibrationRow[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        rounds.push(await oneRound(load, cycle, costs, arrivalsOf(round), stage.databaseCpuMs));
      }
      rows.push(middleRound(rounds));
    }
    return { costs, imageMs, capacityPerSecond, rounds: ROUNDS, rows };
  } finally {
    await cycle.close();
    await stage.stop();
  }
}

async function measureCapacity(cycle: OurCycle, databaseMs: () => number): Promise<number> {
  const lanes = Array.from({ length: LANES }, (_, lane) => async (): Promise<void> => {
    const taskId = await cycle.create(lane);
    await cycle.accept(lane, taskId);
    await cycle.finish(lane, taskId);
  });
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) speeds.push(perSecond(await lanesSlice(lanes, 1000, { databaseMs })));
  return median(speeds);
}

async function oneRound(
  load: string,
  cycle: OurCycle,
  costs: MeasuredCosts,
  arrivals: readonly number[],
  databaseMs: () => number,
): Promise<CalibrationRow> {
  const oursMs = (): number => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000 + databaseMs();
  const before = { wall: performance.now(), machine: machineCpuMs(), ours: oursMs() };
  const measured = await openLoop(cycle, LANES, arrivals);
  const wallMs = performance.now() - before.wall;
  const othersBusy = Math.max(0, (machineCpuMs() - before.machine - (oursMs() - before.ours)) / wallMs);
  const predicted = predictLoad(costs, { cores: availableParallelism(), othersBusy }, LANES, arrivals, 1);
  const error = (of: (result: LoadResult) => number): number => (of(predicted) - of(measured)) / of(measured);
  return {
    ...{ load, measured, predicted, othersBusy },
    errors: {
      perSecond: error((result) => result.perSecond),
      p50: error((result) => result.cycle.p50Ms),
      p99: error((result) => result.cycle.p99Ms),
    },
  };
}

/** The round whose measured median is the middle one: its figures belong together, as medians of each would not. */
function middleRound(rounds: readonly CalibrationRow[]): CalibrationRow {
  return [...rounds].sort((a, b) => a.measured.cycle.p50Ms - b.measured.cycle.p50Ms)[rounds.length >> 1]!;
}
