import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { soakStryker, strykerProblems } from '../../../scripts/soak/parts/soak-stryker.ts';
import { FOLDERS } from '../../../scripts/soak/stryker/folders.ts';

const mutants = (noticed: number, survived: number) => [
  ...Array.from({ length: noticed }, (_, n) => ({ name: `a.ts: noticed ${n}`, noticed: true })),
  ...Array.from({ length: survived }, (_, n) => ({ name: `a.ts: survived ${n}`, noticed: false })),
];
const why = (...names: readonly string[]) => [{ why: 'nobody can see it', mutants: names }];

it('85 of a hundred mutants noticed are enough where each other one is explained', () => {
  const names = mutants(0, 15).map(({ name }) => name);
  expect(strykerProblems(mutants(85, 15), why(...names))).toEqual([]);
  expect(strykerProblems(mutants(84, 15), why(...names))).toEqual(['84.8 % noticed, 85 are the least']);
});

it('a survivor wants an explanation, and one that is noticed or gone wants none', () => {
  expect(strykerProblems(mutants(9, 1), [])).toEqual(['nobody noticed: a.ts: survived 0']);
  expect(strykerProblems(mutants(9, 0), why('a.ts: noticed 0'))).toEqual(['explained for nothing: a.ts: noticed 0']);
});

it('nothing tried is not enough', () => {
  expect(strykerProblems([], [])).toEqual(['0.0 % noticed, 85 are the least']);
});

it('a part that was stopped, or is to try less than all, has tried nothing', async () => {
  const rest = { before: null, say: () => undefined, keep: async () => undefined };
  const told = async (scale: number, over: boolean) => {
    const part = soakStryker('auth', async (_folder, { isOver }) => (isOver() ? null : mutants(9, 1)));
    const { counts, violations } = await part({ ...rest, scale, isOver: () => over });
    // What the folder itself explains is no survivor of these.
    return [counts['mutants'], violations.filter((one) => !one.startsWith('explained for nothing'))];
  };
  expect(await told(1, false)).toEqual([10, ['nobody noticed: a.ts: survived 0']]);
  expect(await told(1, true)).toEqual([0, ['the time was over before all mutants were tried']]);
  expect(await told(0.5, false)).toEqual([0, ['--scale: Stryker tries all mutants of a folder or none']]);
});

it('each file of payments belongs to one part', () => {
  const parts = [FOLDERS.payments, FOLDERS['payments-orders'], FOLDERS['payments-bills']];
  const isOf = (name: string, files: readonly string[]): boolean =>
    files.some((one) => new RegExp(`^${one.replaceAll('*', '.*')}$`).test(name));
  const folder = fileURLToPath(new URL('../../../shared/payments', import.meta.url));
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const owners = names.map((name) => [name, parts.filter(({ files }) => isOf(name, files)).length]);
  expect(owners).toEqual(names.map((name) => [name, 1]));
});
