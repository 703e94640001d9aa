import type { DatabaseModel } from '../engine/database-model.ts';
import { newDatabase } from '../engine/database-model.ts';
import { type Draw, newDraw } from '../engine/draw.ts';
import { type DueList, newDueList } from '../engine/due-list.ts';
import { type Instances, newInstances } from '../engine/instances.ts';
import { newSimulation, type Simulation } from '../engine/simulation.ts';
import { newWaits, type Waits } from '../engine/waits.ts';
import { type DayPlan, PLATFORM } from './day-plan.ts';

export interface SimulatedTask {
  readonly merchant: number;
  readonly createdMs: number;
  /** Clients that look after it: one, or a share of a batch's. */
  readonly watchers: number;
  state: 'awaiting' | 'queued' | 'processing' | 'ended';
  uploadedMs: number;
  deadlineMs: number;
  taskSweepMs: number;
  unitSweepMs: number;
}

export interface Counts {
  created: number;
  clientsGaveUp: number;
  succeeded: number;
  queueTimeouts: number;
  expired: number;
  lostEvents: number;
  droppedEvents: number;
  restartedUnits: number;
  foundUploads: number;
  idleImageRuns: number;
}

/** Everything that a day's events share. */
export interface CloudModel {
  readonly plan: DayPlan;
  readonly simulation: Simulation;
  readonly draw: Draw;
  readonly database: DatabaseModel;
  readonly createTask: Instances;
  readonly startTask: Instances;
  readonly imageStep: Instances;
  readonly sweepers: Instances;
  readonly dueTasks: DueList<SimulatedTask>;
  readonly dueUnits: DueList<SimulatedTask>;
  readonly counts: Counts;
  readonly createWaits: Waits;
  /** From the photo's arrival to its pictures. */
  readonly doneWaits: Waits;
  readonly open: { tasks: number; watchers: number; retrying: number; mostRetrying: number };
}

export function newCloudModel(plan: DayPlan): CloudModel {
  const simulation = newSimulation();
  const draw = newDraw(plan.seed);
  const { deployment, costs } = plan;
  const size = { cores: deployment.databaseCores, flushMs: costs.flushMs, roundTripMs: PLATFORM.roundTripMs };
  const instances = (most: number): Instances =>
    newInstances(simulation, { most, coldMs: PLATFORM.coldMs, keptMs: PLATFORM.keptMs });
  return {
    plan,
    simulation,
    draw,
    database: newDatabase(simulation, draw, size),
    createTask: instances(deployment.createTask),
    startTask: instances(deployment.startTask),
    imageStep: instances(deployment.imageStep),
    sweepers: instances(deployment.sweepers),
    dueTasks: newDueList(),
    dueUnits: newDueList(),
    counts: {
      ...{ created: 0, clientsGaveUp: 0, succeeded: 0, queueTimeouts: 0, expired: 0, lostEvents: 0, droppedEvents: 0 },
      ...{ restartedUnits: 0, foundUploads: 0, idleImageRuns: 0 },
    },
    createWaits: newWaits(),
    doneWaits: newWaits(),
    open: { tasks: 0, watchers: 0, retrying: 0, mostRetrying: 0 },
  };
}

/** An asynchronous event: comes after a while or never; what finds all instances busy comes again every minute. */
export function sendEvent(cloud: CloudModel, to: Instances, run: (done: () => void) => void): void {
  const { simulation, draw, plan, counts, open } = cloud;
  if (draw.share() < plan.behaviour.lostEventShare) {
    counts.lostEvents++;
    return;
  }
  const deliver = (): void => {
    if (to.invoke(run)) return;
    if (open.retrying >= PLATFORM.retriesHeld) {
      counts.droppedEvents++;
      return;
    }
    open.retrying++;
    open.mostRetrying = Math.max(open.mostRetrying, open.retrying);
    simulation.after(PLATFORM.retryMs, () => {
      open.retrying--;
      deliver();
    });
  };
  simulation.after(draw.exponential(plan.behaviour.eventMs), deliver);
}

export function endTask({ open }: CloudModel, task: SimulatedTask): void {
  task.state = 'ended';
  task.taskSweepMs = Number.POSITIVE_INFINITY;
  task.unitSweepMs = Number.POSITIVE_INFINITY;
  open.tasks--;
  open.watchers -= task.watchers;
}
