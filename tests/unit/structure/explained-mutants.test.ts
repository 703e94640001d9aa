import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXPLAINED, explainedSurvivors } from '../../../scripts/soak/mutants/explained-survivors.ts';
import { MUTATED, makeMutants } from '../../../scripts/soak/mutants/make-mutants.ts';

const procedures = Object.values(MUTATED).flat();
const names = makeMutants().map(({ name }) => name);

describe('faults planted in the procedures', () => {
  it('have names of their own, so that an explanation is of one of them', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(500);
  });

  it('are explained only where they still can be planted', () => {
    expect(Object.keys(EXPLAINED).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('are planted in the newest version of each procedure', () => {
    const versions = readdirSync(new URL('../../../infra/procedures', import.meta.url)).map((file) =>
      file.slice(0, -4),
    );
    const newest = (name: string): string | undefined =>
      versions
        .filter((one) => one.replace(/_v\d+$/, '') === name.replace(/_v\d+$/, ''))
        .sort((a, b) => Number(a.split('_v').at(-1)) - Number(b.split('_v').at(-1)))
        .at(-1);
    expect(procedures.filter((name) => newest(name) !== name)).toEqual([]);
  });

  it('that survive want an explanation, and one that is noticed wants none', () => {
    const explained = { 'a_v1: x · y → z': 'why', 'a_v1: noticed · y → z': 'why', 'b_v1: not tried · y → z': 'why' };
    const tried = ['a_v1: x · y → z', 'a_v1: noticed · y → z', 'a_v1: other · y → z'];
    const survivors = ['a_v1: x · y → z', 'a_v1: other · y → z'];
    expect(explainedSurvivors(survivors, tried, new Set(['a_v1']), explained)).toEqual([
      'nobody noticed: a_v1: other · y → z',
      'explained for nothing: a_v1: noticed · y → z was noticed',
    ]);
  });
});
