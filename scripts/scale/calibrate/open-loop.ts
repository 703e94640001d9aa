import type { OurCycle } from '../../bench/our-cycle.ts';
import { newDraw } from '../engine/draw.ts';
import { newQueue } from '../engine/queue.ts';
import { newWaits, type WaitSummary } from '../engine/waits.ts';

export interface LoadResult {
  readonly offeredPerSecond: number;
  readonly perSecond: number;
  readonly create: WaitSummary;
  /** From the arrival to the end of the task's whole way. */
  readonly cycle: WaitSummary;
}

/** When tasks arrive, in milliseconds from the start. */
export function poissonArrivals(perSecond: number, durationMs: number, seed: number): number[] {
  const draw = newDraw(seed);
  const arrivals: number[] = [];
  for (let atMs = draw.exponential(1000 / perSecond); atMs < durationMs; atMs += draw.exponential(1000 / perSecond)) {
    arrivals.push(atMs);
  }
  return arrivals;
}

/**
 * Tasks that come when they come, whether the ones before are done or not; each takes a free lane or waits for one. Times are
 * counted from the arrival as planned, so that a stall is seen by everybody who came meanwhile.
 */
export async function openLoop(cycle: OurCycle, lanes: number, arrivals: readonly number[]): Promise<LoadResult> {
  const [create, whole] = [newWaits(), newWaits()];
  const free = Array.from({ length: lanes }, (_, lane) => lane);
  const waiting = newQueue<number>();
  const startMs = performance.now();
  let [left, endMs] = [arrivals.length, startMs];

  await new Promise<void>((resolve, reject) => {
    const serve = async (lane: number, plannedMs: number): Promise<void> => {
      const since = (): number => performance.now() - startMs - plannedMs;
      const taskId = await cycle.create(lane);
      create.add(since());
      await cycle.accept(lane, taskId);
      await cycle.finish(lane, taskId);
      whole.add(since());
      endMs = performance.now();
      const next = waiting.shift();
      if (next === undefined) free.push(lane);
      else serve(lane, next).catch(reject);
      if (--left === 0) resolve();
    };
    let n = 0;
    const arrive = (): void => {
      while (n < arrivals.length && startMs + arrivals[n]! <= performance.now()) {
        const lane = free.pop();
        const plannedMs = arrivals[n++]!;
        if (lane === undefined) waiting.push(plannedMs);
        else serve(lane, plannedMs).catch(reject);
      }
      if (n < arrivals.length) setTimeout(arrive, Math.max(0, startMs + arrivals[n]! - performance.now()));
    };
    arrive();
  });
  const seconds = (endMs - startMs) / 1000;
  const lastMs = Math.max(arrivals.at(-1) ?? 0, 1);
  return {
    offeredPerSecond: (arrivals.length * 1000) / lastMs,
    perSecond: arrivals.length / seconds,
    create: create.summary(),
    cycle: whole.summary(),
  };
}
