import { newWaits, type WaitSummary } from '../engine/waits.ts';
import { type CloudModel, endTask, type SimulatedTask } from './cloud-model.ts';
import { PLATFORM } from './day-plan.ts';
import { acceptPhoto, sendWork } from './task-flow.ts';

const EVERY_MS = 20_000;
const PAGE = 200;
const TIMEOUT_MS = 60_000;
const LOOK_EVERY = 15;
const UNIT_AGAIN_MS = 60_000;

export interface SweeperReport {
  /** Rows that were due and not taken, as seen every five minutes after a tick. */
  readonly mostBehind: number;
  /** For how long the one that had waited longest was due. */
  readonly behindMs: WaitSummary;
  readonly looksBehind: number;
  readonly looks: number;
  readonly skippedTicks: number;
}

const isTaskDue = (task: SimulatedTask, atMs: number): boolean => task.taskSweepMs === atMs;
const isUnitDue = (task: SimulatedTask, atMs: number): boolean => task.unitSweepMs === atMs;

/** sweep-tasks as it is: a page of units, then a page of tasks, one row after the other. */
export function startSweeper(cloud: CloudModel): () => SweeperReport {
  const { simulation } = cloud;
  const behind = newWaits();
  let [mostBehind, looksBehind, looks, ticks, skippedTicks] = [0, 0, 0, 0, 0];
  const look = (now: number): void => {
    const [units, tasks] = [cloud.dueUnits.due(now, isUnitDue), cloud.dueTasks.due(now, isTaskDue)];
    mostBehind = Math.max(mostBehind, units.rows + tasks.rows);
    looks++;
    if (units.rows + tasks.rows > 0) looksBehind++;
    behind.add(Math.max(units.oldestMs, tasks.oldestMs));
  };
  const tick = (): void => {
    const now = simulation.nowMs();
    ticks++;
    if (!cloud.sweepers.invoke((done) => sweep(cloud, done))) skippedTicks++;
    if (ticks % LOOK_EVERY === 0) look(now);
    simulation.after(EVERY_MS, tick);
  };
  simulation.after(EVERY_MS, tick);
  return () => ({ mostBehind, behindMs: behind.summary(), looksBehind, looks, skippedTicks });
}

function sweep(cloud: CloudModel, done: () => void): void {
  const { simulation } = cloud;
  const startedMs = simulation.nowMs();
  const rows = [
    ...cloud.dueUnits.take(startedMs, PAGE, isUnitDue).map((task) => ({ task, sweepRow: sweepUnit })),
    ...cloud.dueTasks.take(startedMs, PAGE, isTaskDue).map((task) => ({ task, sweepRow: sweepTask })),
  ];
  const next = (at: number): void => {
    const row = rows[at];
    const now = simulation.nowMs();
    if (row === undefined) {
      done();
      return;
    }
    if (now - startedMs > TIMEOUT_MS) {
      // Ended by the platform: what it did not reach is due as before.
      for (const { task, sweepRow } of rows.slice(at)) {
        if (sweepRow === sweepUnit) cloud.dueUnits.put(task.unitSweepMs, task);
        else cloud.dueTasks.put(task.taskSweepMs, task);
      }
      done();
      return;
    }
    simulation.after(PLATFORM.sweptRowMs, () => {
      row.sweepRow(cloud, row.task);
      next(at + 1);
    });
  };
  next(0);
}

function sweepUnit(cloud: CloudModel, task: SimulatedTask): void {
  if (task.state !== 'queued') return;
  task.unitSweepMs = cloud.simulation.nowMs() + UNIT_AGAIN_MS;
  cloud.dueUnits.put(task.unitSweepMs, task);
  cloud.counts.restartedUnits++;
  sendWork(cloud, task);
}

function sweepTask(cloud: CloudModel, task: SimulatedTask): void {
  const { simulation, counts } = cloud;
  const now = simulation.nowMs();
  if (task.state === 'awaiting' && !Number.isNaN(task.uploadedMs)) {
    counts.foundUploads++;
    acceptPhoto(cloud, task, () => undefined);
    return;
  }
  if (task.state !== 'awaiting' && task.state !== 'queued') return;
  if (task.deadlineMs <= now) {
    if (task.state === 'awaiting') counts.expired++;
    else counts.queueTimeouts++;
    endTask(cloud, task);
    cloud.database.lockedTransaction(task.merchant, cloud.plan.costs.createMs, () => undefined);
    return;
  }
  task.taskSweepMs = Math.min(task.deadlineMs, now + Math.max(60_000, now - task.createdMs));
  cloud.dueTasks.put(task.taskSweepMs, task);
}
