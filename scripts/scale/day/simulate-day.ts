import { HOUR_MS, startArrivals, startReads } from './arrivals.ts';
import { newCloudModel } from './cloud-model.ts';
import { type DayPlan, peakRate } from './day-plan.ts';
import { startSweeper } from './sweeper.ts';

export type DayReport = ReturnType<typeof simulateDay>;

/** After midnight nobody comes any more; what is open runs out. */
const DAY_MS = 24 * HOUR_MS;
const REST_MS = 90 * 60_000;

/** A day of all merchants, event by event. The same plan gives the same report. */
export function simulateDay(plan: DayPlan) {
  const cloud = newCloudModel(plan);
  startArrivals(cloud);
  const reads = startReads(cloud);
  const sweeper = startSweeper(cloud);
  const events = cloud.simulation.runUntil(DAY_MS + REST_MS);
  return {
    merchants: plan.merchants,
    deployment: plan.deployment,
    peakPerSecond: peakRate(plan),
    events,
    ...cloud.counts,
    stillOpen: cloud.open.tasks,
    uploads: cloud.uploads.report(),
    work: cloud.work.report(),
    createTask: { ...cloud.createTask.report(), answer: cloud.createWaits.summary() },
    startTask: cloud.startTask.report(),
    imageStep: cloud.imageStep.report(),
    sweeper: { ...cloud.sweepers.report(), ...sweeper() },
    database: cloud.database.report(),
    reads: reads(),
    done: cloud.doneWaits.summary(),
  };
}
