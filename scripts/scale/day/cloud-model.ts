import { type AsyncEvents, newAsyncEvents } from '../engine/async-events.ts';
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
  readonly uploads: AsyncEvents;
  readonly imageStep: Instances;
  readonly work: AsyncEvents;
  readonly sweepers: Instances;
  readonly dueTasks: DueList<SimulatedTask>;
  readonly dueUnits: DueList<SimulatedTask>;
  readonly counts: Counts;
  readonly createWaits: Waits;
  /** From the photo's arrival to its pictures. */
  readonly doneWaits: Waits;
  readonly open: { tasks: number; watchers: number };
}

export function newCloudModel(plan: DayPlan): CloudModel {
  const simulation = newSimulation();
  const draw = newDraw(plan.seed);
  const { deployment, costs } = plan;
  const size = { cores: deployment.databaseCores, flushMs: costs.flushMs, roundTripMs: PLATFORM.roundTripMs };
  const instances = (most: number): Instances =>
    newInstances(simulation, { most, coldMs: PLATFORM.coldMs, keptMs: PLATFORM.keptMs });
  const held = { retryMs: PLATFORM.retryMs, mostHeld: PLATFORM.retriesHeld };
  const [startTask, imageStep] = [instances(deployment.startTask), instances(deployment.imageStep)];
  return {
    plan,
    simulation,
    draw,
    database: newDatabase(simulation, draw, size),
    createTask: instances(deployment.createTask),
    startTask,
    uploads: newAsyncEvents(simulation, startTask, held),
    imageStep,
    work: newAsyncEvents(simulation, imageStep, held),
    sweepers: instances(deployment.sweepers),
    dueTasks: newDueList(),
    dueUnits: newDueList(),
    counts: {
      ...{ created: 0, clientsGaveUp: 0, succeeded: 0, queueTimeouts: 0, expired: 0, lostEvents: 0 },
      ...{ restartedUnits: 0, foundUploads: 0, idleImageRuns: 0 },
    },
    createWaits: newWaits(),
    doneWaits: newWaits(),
    open: { tasks: 0, watchers: 0 },
  };
}

/** An event that comes after a while, or never. */
export function sendEvent(cloud: CloudModel, to: AsyncEvents, run: (done: () => void) => void): void {
  const { simulation, draw, plan, counts } = cloud;
  if (draw.share() < plan.behaviour.lostEventShare) counts.lostEvents++;
  else simulation.after(draw.exponential(plan.behaviour.eventMs), () => to.deliver(run));
}

export function endTask({ open }: CloudModel, task: SimulatedTask): void {
  task.state = 'ended';
  task.taskSweepMs = Number.POSITIVE_INFINITY;
  task.unitSweepMs = Number.POSITIVE_INFINITY;
  open.tasks--;
  open.watchers -= task.watchers;
}
