import { expect, it } from 'vitest';
import { sideBySide } from '../../../shared/side-by-side.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('works on so many at once, on each once, and answers in their order', async () => {
  let [at, most] = [0, 0];
  const results = await sideBySide(['a', 'b', 'c', 'd', 'e'], 2, async (item, n) => {
    most = Math.max(most, ++at);
    for (let turns = 5 - n; turns > 0; turns--) await turn();
    at -= 1;
    return `${item}${n}`;
  });
  expect([results, most]).toEqual([['a0', 'b1', 'c2', 'd3', 'e4'], 2]);
  expect(await sideBySide([], 3, turn)).toEqual([]);
});

it('begins none after a failure, waits for those under way, and throws the first', async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const work = async (item: number) => {
    begun.push(item);
    await turn();
    if (item === 1) throw new Error('the first');
    await turn();
    ended.push(item);
    if (item === 2) throw new Error('the second');
  };
  await expect(sideBySide([1, 2, 3, 4, 5], 3, work)).rejects.toThrow('the first');
  expect([begun, ended]).toEqual([
    [1, 2, 3],
    [2, 3],
  ]);
});
