import type { FaultRequest } from '../fault-report.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Reached } from './crash-messages.ts';

export type Choose = (points: readonly Reached[]) => readonly Reached[];

const ALL_ABOVE = 50;
const SAMPLE = 2;

/**
 * Every point when more than 50 are asked for. Else, of points between which nothing was sent to the outside, the first
 * (what was sent may not have arrived) and the last (it was answered): those between leave the same world behind. And of
 * a function that moves neither credits nor states, two by chance.
 */
export function choosePoints(isExhausted: boolean, { each }: FaultRequest, random: SeededRandom): Choose {
  if (each > ALL_ABOVE) return (points) => points;
  if (isExhausted) return endsOfGroups;
  return (points) => {
    const left = [...points];
    const size = Math.min(SAMPLE, left.length);
    return Array.from({ length: size }, () => left.splice(random.below(left.length), 1)).flat();
  };
}

const endsOfGroups: Choose = (points) =>
  points.filter(({ effects }, n) => points[n - 1]?.effects !== effects || points[n + 1]?.effects !== effects);
