import {
  QUEUE_DEADLINE_MS,
  UNIT_FIRST_LOOK_MS,
  UPLOAD_DEADLINE_MS,
  UPLOAD_FIRST_LOOK_MS,
} from '../../../shared/tasks/task.ts';
import { type CloudModel, endTask, type SimulatedTask, sendEvent } from './cloud-model.ts';
import { PLATFORM } from './day-plan.ts';

const CLIENT_RETRY_MS = 1000;
const CLIENT_TRIES = 4;

/** create-task by a client that tries again when it is refused. @param then the photo has been sent, or nothing will come */
export function createTask(cloud: CloudModel, merchant: number, watchers: number, then: () => void): void {
  const { simulation, database, draw, counts, plan } = cloud;
  const askedMs = simulation.nowMs();
  const attempt = (left: number): void => {
    const isTaken = cloud.createTask.invoke((done) => {
      const own = draw.service(PLATFORM.handlerMs);
      simulation.after(own, () =>
        database.lockedTransaction(merchant, plan.costs.createMs, () => {
          done();
          cloud.createWaits.add(simulation.nowMs() - askedMs);
          upload(cloud, newTask(cloud, merchant, watchers), then);
        }),
      );
    });
    if (isTaken) return;
    if (left > 1) simulation.after(CLIENT_RETRY_MS, () => attempt(left - 1));
    else {
      counts.clientsGaveUp++;
      then();
    }
  };
  attempt(CLIENT_TRIES);
}

function newTask(
  { simulation, counts, open, dueTasks }: CloudModel,
  merchant: number,
  watchers: number,
): SimulatedTask {
  const now = simulation.nowMs();
  const task: SimulatedTask = {
    ...{ merchant, createdMs: now, watchers, state: 'awaiting', uploadedMs: Number.NaN },
    ...{ deadlineMs: now + UPLOAD_DEADLINE_MS, taskSweepMs: now + UPLOAD_FIRST_LOOK_MS },
    unitSweepMs: Number.POSITIVE_INFINITY,
  };
  counts.created++;
  open.tasks++;
  open.watchers += watchers;
  dueTasks.put(task.taskSweepMs, task);
  return task;
}

function upload(cloud: CloudModel, task: SimulatedTask, then: () => void): void {
  const { simulation, draw, plan } = cloud;
  if (draw.share() < plan.behaviour.abandonedShare) {
    then();
    return;
  }
  simulation.after(draw.skewed(plan.behaviour.uploadMs), () => {
    task.uploadedMs = simulation.nowMs();
    sendEvent(cloud, cloud.uploads, (done) => simulation.after(PLATFORM.cosMs, () => acceptPhoto(cloud, task, done)));
    then();
  });
}

/** The photo was looked at: the task is queued and its unit's work object written. */
export function acceptPhoto(cloud: CloudModel, task: SimulatedTask, then: () => void): void {
  const { simulation, database, plan } = cloud;
  if (task.state !== 'awaiting') {
    database.read(plan.costs.readMs, then);
    return;
  }
  database.transaction(plan.costs.acceptMs, () => {
    if (task.state === 'awaiting') {
      const now = simulation.nowMs();
      task.state = 'queued';
      task.deadlineMs = now + QUEUE_DEADLINE_MS;
      task.taskSweepMs = task.deadlineMs;
      task.unitSweepMs = now + UNIT_FIRST_LOOK_MS;
      cloud.dueTasks.put(task.taskSweepMs, task);
      cloud.dueUnits.put(task.unitSweepMs, task);
      sendWork(cloud, task);
    }
    then();
  });
}

export function sendWork(cloud: CloudModel, task: SimulatedTask): void {
  sendEvent(cloud, cloud.work, (done) => runUnit(cloud, task, done));
}

function runUnit(cloud: CloudModel, task: SimulatedTask, done: () => void): void {
  const { simulation, database, draw, plan, counts } = cloud;
  const { claimMs, imageMs, finishMs } = plan.costs;
  database.transaction(claimMs, () => {
    if (task.state !== 'queued') {
      counts.idleImageRuns++;
      done();
      return;
    }
    task.state = 'processing';
    task.unitSweepMs = Number.POSITIVE_INFINITY;
    task.taskSweepMs = Number.POSITIVE_INFINITY;
    simulation.after(PLATFORM.imageTransferMs + draw.service(imageMs), () =>
      database.transaction(finishMs, () => {
        counts.succeeded++;
        cloud.doneWaits.add(simulation.nowMs() - task.uploadedMs);
        endTask(cloud, task);
        done();
      }),
    );
  });
}
