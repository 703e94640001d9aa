import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allowedCores, onOneCore } from '../../../scripts/soak/on-one-core.ts';

it.each([
  ['0-3', [0, 1, 2, 3]],
  ['1', [1]],
  ['0,2-3,7', [0, 2, 3, 7]],
])('of the cores %s each is one that may be used', (list, cores) => {
  expect(allowedCores(`Cpus_allowed:\tf\nCpus_allowed_list:\t${list}\n`)).toEqual(cores);
});

it('where nobody says which, the command stays as it is', () => {
  expect(allowedCores('')).toEqual([]);
});

it.runIf(process.platform === 'linux')('the command keeps its words, and the core is one of ours', () => {
  const [program, ...words] = onOneCore(1, ['node', '--version']);
  expect([program, ...words].slice(-2)).toEqual(['node', '--version']);
  if (program === 'node') return; // no taskset here
  const own = allowedCores(readFileSync('/proc/self/status', 'utf8'));
  expect(words[1]).toBe(String(own[1 % own.length]));
});
