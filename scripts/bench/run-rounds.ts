import { mergeSlices, type Sample } from './ratios.ts';

/** One of the things that are compared: does a slice of its work and says what that took. */
export interface Contender<Name extends string = string> {
  readonly name: Name;
  readonly slice: () => Promise<Sample>;
}

/**
 * Runs all contenders in turn, forward and then backward, in each round: what drifts on the machine meets all alike. The
 * first slices only warm up.
 */
export async function runRounds<Name extends string>(
  contenders: readonly Contender<Name>[],
  rounds: number,
  warmUps = 1,
): Promise<Record<Name, Sample[]>> {
  const samples = Object.fromEntries(contenders.map(({ name }) => [name, []])) as unknown as Record<Name, Sample[]>;
  for (let i = 0; i < warmUps; i++) for (const { slice } of contenders) await slice();
  for (let round = 0; round < rounds; round++) {
    const forward: Sample[] = [];
    for (const { slice } of contenders) forward.push(await slice());
    for (const [index, { name, slice }] of [...contenders.entries()].reverse()) {
      samples[name].push(mergeSlices(forward[index]!, await slice()));
    }
  }
  return samples;
}
