import { describe, expect, it } from 'vitest';
import { choosePoints } from '../../../scripts/soak/crashes/choose-points.ts';

/** `writes` of each point in order; each point is after one more thing that was sent. */
const points = (...writes: number[]) =>
  writes.map((count, n) => ({ point: `p ${n}`, nth: 1, effects: n >> 1, writes: count }));
const chosen = (name: string, isWhole: boolean, each: number, seed: number, ...writes: number[]) =>
  choosePoints(name, isWhole, { each, seed })(points(...writes)).map(({ point }) => point);

describe('where a function is killed', () => {
  it('is everywhere in a long run', () => {
    expect(chosen('login', false, 51, 1, 0, 0, 1, 1)).toHaveLength(4);
  });

  it('is between all writes of what writes: before the first, and after each', () => {
    expect(chosen('redeem-code', false, 50, 1, 0, 0, 0, 1, 1, 2, 2, 2)).toEqual(['p 2', 'p 3', 'p 5']);
    expect(chosen('redeem-code', false, 50, 99, 0, 0, 0, 1, 1, 2, 2, 2)).toEqual(['p 2', 'p 3', 'p 5']);
  });

  it('is twice in what only reads, by the seed and the name alone', () => {
    const reads = Array.from({ length: 40 }, () => 0);
    const once = chosen('get-task', false, 50, 1, ...reads);
    expect(once).toHaveLength(2);
    expect(chosen('get-task', false, 50, 1, ...reads)).toEqual(once);
    const others = [chosen('get-order', false, 50, 1, ...reads), chosen('get-task', false, 50, 2, ...reads)];
    for (const other of others) expect(other).not.toEqual(once);
  });

  it('is on both sides of all that was sent by what is exhausted', () => {
    expect(chosen('create-task', true, 50, 1, 0, 0, 0, 0, 0)).toEqual(['p 0', 'p 1', 'p 2', 'p 3', 'p 4']);
  });
});
