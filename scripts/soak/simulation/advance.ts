import type { Step } from './step.ts';
import { isOpen } from './tasks-model.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const UNIT_MS = { ms: 1, seconds: 1000, minutes: MINUTE_MS, hours: HOUR_MS, days: 24 * HOUR_MS };
/** An order is not offered again in its last minute. */
const ORDER_LAST_MS = MINUTE_MS;

/** Moves the clock on: by so much, or to a millisecond before, at or after a moment at which something becomes due. */
export function advance(world: World, { to, amount }: Extract<Step, { kind: 'advance' }>): void {
  const before = world.nowMs;
  if (to === 'due' || to === 'lotEnd') {
    const moments = (to === 'due' ? dueMoments(world) : lotEnds(world))
      .filter((atMs) => atMs > before + 1)
      .sort((a, b) => a - b);
    const moment = moments[Math.floor(amount / 3) % Math.max(1, Math.min(3, moments.length))];
    if (moment !== undefined) world.nowMs = moment + (amount % 3) - 1;
  } else {
    world.nowMs += UNIT_MS[to] * (1 + (amount % (to === 'days' ? 9 : 30)));
  }
  if (world.nowMs !== before) world.note(`clock + ${world.nowMs - before} ms`);
}

const lotEnds = ({ model }: World): number[] => model.credits.lots.map(({ expiresAtMs }) => expiresAtMs);

function dueMoments(world: World): number[] {
  const { tasks, orders, memberships } = world.model;
  return [
    ...[...tasks.values()]
      .filter(isOpen)
      .flatMap((task) => [
        task.deadlineAtMs,
        ...task.units.flatMap((unit) => (unit.state === 'leased' ? [unit.leaseEndsAtMs] : [unit.nextAtMs])),
      ]),
    ...lotEnds(world),
    ...[...orders.values()].flatMap(({ expiresAtMs }) => [expiresAtMs - ORDER_LAST_MS, expiresAtMs]),
    ...[...memberships.values()].map(({ endsAtMs }) => endsAtMs ?? 0),
  ];
}
