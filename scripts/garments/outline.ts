import type { RandomStream } from './random-stream.ts';
import { between } from './seeded-random.ts';

/** x to the right and y down of the garment's middle, in thousandths of the picture's width; 'corner' turns sharply. */
export type OutlinePoint = readonly [x: number, y: number, turn?: 'corner'];

/** The same line on the garment's other side. */
export const flipped = (points: readonly OutlinePoint[]): OutlinePoint[] =>
  points.map(([x, y, turn]): OutlinePoint => (turn ? [-x, y, turn] : [-x, y]));

/** A whole outline from its right half, which runs from the top down; points with x = 0 are in the middle. */
export const bothHalves = (half: readonly OutlinePoint[]): OutlinePoint[] => [
  ...half,
  ...flipped(half.filter(([x]) => x !== 0)).reverse(),
];

/** Nobody lays a garment down symmetrically. */
export const nudged = (points: readonly OutlinePoint[], random: RandomStream, reach: number): OutlinePoint[] =>
  points.map(([x, y, turn]): OutlinePoint => {
    const moved = [x + between(random, -reach, reach), y + between(random, -reach, reach)] as const;
    return turn ? [...moved, turn] : moved;
  });

/** An SVG path through the points, smooth but at the corners. */
export function smoothPath(points: readonly OutlinePoint[], ends: 'closed' | 'open' = 'closed'): string {
  const count = points.length;
  const closed = ends === 'closed';
  const at = (i: number): OutlinePoint => points[closed ? (i + count) % count : Math.min(Math.max(i, 0), count - 1)]!;
  const parts = [`M${at(0)[0].toFixed(1)} ${at(0)[1].toFixed(1)}`];
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [before, from, to, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const leave = handle(before, from, to, length);
    const arrive = handle(after, to, from, length);
    parts.push(
      `C${[from[0] + leave[0], from[1] + leave[1], to[0] + arrive[0], to[1] + arrive[1], to[0], to[1]]
        .map((value) => value.toFixed(1))
        .join(' ')}`,
    );
  }
  return parts.join('') + (closed ? 'Z' : '');
}

/** The control point of `point` towards `to`, a third of the way, along the line between its neighbours. */
function handle(before: OutlinePoint, point: OutlinePoint, to: OutlinePoint, length: number): [number, number] {
  const toX = to[0] - point[0];
  const toY = to[1] - point[1];
  if (point[2] === 'corner') return [toX / 3, toY / 3];
  const dx = to[0] - before[0];
  const dy = to[1] - before[1];
  const scale = length / 3 / (Math.hypot(dx, dy) || 1);
  return [dx * scale, dy * scale];
}
