import type { FaultRequest } from '../fault-report.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Reached } from './crash-messages.ts';

export type Choose = (points: readonly Reached[]) => readonly Reached[];

const ALL_ABOVE = 50;
const SAMPLE = 2;

/**
 * Every point when more than 50 are asked for. Else, of `whole` functions, of points between which nothing was sent to the outside the first
 * (what was sent may not have arrived) and the last (it was answered): those between leave the same world behind. Of any other function
 * that writes, one point in each world that it leaves behind: before the first of its writes, and after each. And of one that only reads,
 * two by chance, which hangs on the seed and its name alone.
 */
export function choosePoints(
  name: string,
  isWhole: boolean,
  { each, seed }: Pick<FaultRequest, 'each' | 'seed'>,
): Choose {
  if (each > ALL_ABOVE) return (points) => points;
  if (isWhole) return endsOfGroups;
  return (points) => {
    const between = betweenWrites(points);
    if (between.length > 1) return between;
    const random = seededRandom(
      [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed) >>> 0,
    );
    const left = [...points];
    const size = Math.min(SAMPLE, left.length);
    return Array.from({ length: size }, () => left.splice(random.below(left.length), 1)).flat();
  };
}

const endsOfGroups: Choose = (points) =>
  points.filter(({ effects }, n) => points[n - 1]?.effects !== effects || points[n + 1]?.effects !== effects);

/** The last point before anything was written, and the first after each write. */
const betweenWrites: Choose = (points) =>
  points.filter(({ writes }, n) =>
    writes === 0 ? (points[n + 1]?.writes ?? 0) > 0 : points[n - 1]?.writes !== writes,
  );
