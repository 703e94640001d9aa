import { describe, expect, it } from 'vitest';
import { AS_DEPLOYED, type Costs, type DayPlan, NORMAL_DAY } from '../../scripts/scale/day/day-plan.ts';
import { simulateDay } from '../../scripts/scale/day/simulate-day.ts';
import { newDraw } from '../../scripts/scale/engine/draw.ts';
import { newGroupCommit } from '../../scripts/scale/engine/group-commit.ts';
import { newKeyLocks } from '../../scripts/scale/engine/key-locks.ts';
import { newSimulation } from '../../scripts/scale/engine/simulation.ts';
import { newStation } from '../../scripts/scale/engine/station.ts';

/** Poisson arrivals at a station with exponential service: the mean wait. */
function meanWait(servers: number, load: number): number {
  const [simulation, draw] = [newSimulation(), newDraw(7)];
  const station = newStation(simulation, servers);
  const arrive = (left: number): void => {
    station.use(draw.exponential(1), () => undefined);
    if (left > 0) simulation.after(draw.exponential(1 / (load * servers)), () => arrive(left - 1));
  };
  arrive(200_000);
  simulation.runUntil(1e9);
  return station.report().wait.meanMs;
}

describe('the queueing engine', () => {
  it.each([
    // Erlang C: the mean wait over the mean service.
    { servers: 1, load: 0.5, theory: 1 },
    { servers: 1, load: 0.8, theory: 4 },
    { servers: 2, load: 0.8, theory: 1.778 },
    { servers: 4, load: 0.8, theory: 0.7455 },
  ])('waits as theory says: $servers servers at $load', ({ servers, load, theory }) => {
    expect(Math.abs(meanWait(servers, load) / theory - 1)).toBeLessThan(0.08);
  });

  it('runs events in the order of their times, and equal times as they were planned', () => {
    const simulation = newSimulation();
    const seen: string[] = [];
    for (const [delay, name] of [
      [5, 'c'],
      [1, 'a'],
      [5, 'd'],
      [2, 'b'],
    ] as const) {
      simulation.after(delay, () => seen.push(name));
    }
    expect(simulation.runUntil(4)).toBe(2);
    simulation.runUntil(10);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });

  it('flushes for everybody who waits, and locks a row for one at a time', () => {
    const simulation = newSimulation();
    const log = newGroupCommit(simulation, () => 2);
    const locks = newKeyLocks(simulation);
    const ended: number[] = [];
    for (let n = 0; n < 5; n++) log.commit(() => ended.push(simulation.nowMs()));
    for (let n = 0; n < 3; n++) {
      locks.acquire(1, () => simulation.after(10, () => locks.release(1)));
    }
    simulation.runUntil(100);
    expect(ended).toEqual([2, 4, 4, 4, 4]);
    expect(locks.report()).toMatchObject({ longestQueue: 2, wait: { count: 3, maxMs: 20 } });
  });
});

describe('a simulated day', () => {
  const costs: Costs = {
    createMs: 0.3,
    acceptMs: 0.4,
    claimMs: 0.2,
    finishMs: 0.3,
    readMs: 0.05,
    imageMs: 3000,
    flushMs: 1,
  };
  const plan: DayPlan = { merchants: 3000, seed: 3, behaviour: NORMAL_DAY, deployment: AS_DEPLOYED, costs };

  it('ends every task once, and repeats itself by its seed', () => {
    const day = simulateDay(plan);
    expect(day.created).toBeGreaterThan(2000);
    expect(day.succeeded + day.expired + day.queueTimeouts).toBe(day.created);
    expect(day.stillOpen).toBe(0);
    expect(simulateDay(plan)).toEqual(day);
    expect(simulateDay({ ...plan, seed: 4 }).events).not.toBe(day.events);
  });

  it('finds every upload whose event was lost', () => {
    const day = simulateDay({ ...plan, behaviour: { ...NORMAL_DAY, lostEventShare: 0.2, abandonedShare: 0 } });
    expect(day.lostEvents).toBeGreaterThan(500);
    expect(day.succeeded).toBe(day.created);
  });

  it('shows what is missing: with one image instance the queue runs out and the sweeper restarts what waits', () => {
    const day = simulateDay({ ...plan, merchants: 20_000, deployment: { ...AS_DEPLOYED, imageStep: 1 } });
    expect(day.queueTimeouts).toBeGreaterThan(1000);
    expect(day.restartedUnits).toBeGreaterThan(day.queueTimeouts);
    expect(day.work.mostHeld).toBeGreaterThan(1000);
  });
});
