import type { Connection } from 'mysql2/promise';
import type { FaultReport, FaultRequest } from '../fault-report.ts';
import { buildTestFunctions } from '../instances/build-test-functions.ts';
import { type FaultGround, openGround } from '../instances/fault-ground.ts';
import { type FaultStage, startFaultStage } from '../instances/fault-stage.ts';
import { addCards } from './order-tasks.ts';
import { type Befell, scheduleOnce } from './schedule-once.ts';

export interface Schedules {
  /** `each` schedules, from `seed` on (schedule-once.ts). `untilBroken`: the first that breaks a rule is the last. */
  readonly run: (request: FaultRequest & { readonly untilBroken?: boolean }) => Promise<FaultReport>;
  /** Of each of the databases. */
  readonly databases: readonly Connection[];
  readonly close: () => Promise<void>;
}

/** Tasks that fan out, by the functions that deploy, on local clouds: so many side by side, each with a database, a COS and an engine. */
export async function openSchedules(lanes: number): Promise<Schedules> {
  const build = await buildTestFunctions();
  const stages: FaultStage[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(stages.map((stage) => stage.close()));
    await build.remove();
  };
  try {
    while (stages.length < lanes) stages.push(await startFaultStage());
    for (const { plain } of stages) await addCards(plain);
    const grounds = await Promise.all(stages.map((stage) => openGround(stage, build)));
    return { run: (request) => runOn(grounds, request), databases: stages.map(({ plain }) => plain), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function runOn(grounds: readonly FaultGround[], request: Parameters<Schedules['run']>[0]): Promise<FaultReport> {
  const { seed, each, say, untilBroken = false } = request;
  const befell: Befell = new Map();
  const violations: string[] = [];
  let next = seed;
  const lane = async (ground: FaultGround): Promise<void> => {
    while (next < seed + each && !(untilBroken && violations.length > 0)) {
      const own = next++;
      const problems = await scheduleOnce(ground, own, befell).catch((error: unknown) => [
        `a function failed: ${error instanceof Error ? error.stack : String(error)}`,
      ]);
      violations.push(...problems.map((what) => `seed ${own}: ${what}`));
      if ((next - seed) % 100 === 0) say(`schedules: ${next - seed} of ${each}`);
    }
  };
  await Promise.all(grounds.map(lane));
  const counts = { schedules: next - seed, ...Object.fromEntries([...befell].sort()) };
  return { counts, skipped: [], violations, recoveriesMs: [] };
}

const LANES = 2;

/** As a part of the soak. */
export async function runSchedules(request: FaultRequest): Promise<FaultReport> {
  const schedules = await openSchedules(LANES);
  try {
    return await schedules.run(request);
  } finally {
    await schedules.close();
  }
}
