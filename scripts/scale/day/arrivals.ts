import type { CloudModel } from './cloud-model.ts';
import { createTask } from './task-flow.ts';

export const HOUR_MS = 3_600_000;
const BATCH = 100;
const AT_ONCE = 4;

/** Plans the next of a Poisson stream whose rate follows the hours, and so on until the day is over. */
function startStream({ simulation, draw, plan }: CloudModel, perDay: number, arrive: () => void): void {
  const { hours } = plan.behaviour;
  const all = hours.reduce((sum, share) => sum + share, 0);
  const most = Math.max(...hours);
  const gapMs = (HOUR_MS * all) / (perDay * most);
  // Thinning: as many as in the busiest hour, of which each hour takes its share.
  const next = (): void =>
    simulation.after(draw.exponential(gapMs), () => {
      const share = hours[Math.floor(simulation.nowMs() / HOUR_MS)];
      if (share === undefined) return;
      if (draw.share() * most < share) arrive();
      next();
    });
  next();
}

/** Single photos, and batches of a hundred by one merchant, four at a time. */
export function startArrivals(cloud: CloudModel): void {
  const { plan, draw } = cloud;
  const { merchants, behaviour } = plan;
  const tasks = merchants * behaviour.tasksPerMerchant;
  startStream(cloud, tasks * (1 - behaviour.batchShare), () =>
    createTask(cloud, draw.whole(merchants), 1, () => undefined),
  );
  startStream(cloud, (tasks * behaviour.batchShare) / BATCH, () => {
    const merchant = draw.whole(merchants);
    const chain = (left: number): void => {
      if (left > 0) createTask(cloud, merchant, AT_ONCE / BATCH, () => chain(left - 1));
    };
    for (let n = 0; n < AT_ONCE; n++) chain(BATCH / AT_ONCE);
  });
}

const EVERY_MS = 500;

/** Reads as a stream: clients that look after their open tasks, and what every task brings along. */
export function startReads(cloud: CloudModel): () => { mostPerSecond: number; mostGetTask: number } {
  const { simulation, database, plan, open, counts } = cloud;
  let [createdBefore, mostPerSecond] = [0, 0];
  const read = (): void => {
    const polls = (open.watchers * EVERY_MS) / plan.behaviour.pollMs;
    const others = (counts.created - createdBefore) * plan.behaviour.readsPerTask;
    createdBefore = counts.created;
    mostPerSecond = Math.max(mostPerSecond, ((polls + others) * 1000) / EVERY_MS);
    const parts = Math.max(1, Math.ceil((polls + others) / 20));
    for (let n = 0; n < parts; n++) {
      const cpuMs = ((polls + others) * plan.costs.readMs) / parts;
      simulation.after((n * EVERY_MS) / parts, () => database.cores.use(cpuMs, () => undefined));
    }
    simulation.after(EVERY_MS, read);
  };
  simulation.after(EVERY_MS, read);
  return () => ({ mostPerSecond, mostGetTask: (mostPerSecond * GET_TASK_MS) / 1000 });
}

/** How long an instance of get-task is busy with one request: its own work, a round trip, the read. */
const GET_TASK_MS = 12;
