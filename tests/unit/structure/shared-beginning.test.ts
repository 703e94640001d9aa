import { expect, it } from 'vitest';
import { sharedBeginning } from '../../../scripts/soak/cuts/run-cuts.ts';

const said = (...texts: string[]) => texts.map((text) => ({ label: text.split(' ')[0] ?? '', text }));

it('two functions begin alike up to the first statement that only one of them asks', () => {
  const whole = said('login', 'prepare session', 'execute 1', 'prepare create', 'execute 2');
  expect(sharedBeginning(whole, said('login', 'prepare session', 'execute 1', 'prepare list', 'execute 2'))).toBe(3);
  expect(sharedBeginning(whole, said('login', 'prepare list', 'execute 1'))).toBe(1);
  expect(sharedBeginning(whole, [...whole, ...said('query COMMIT')])).toBe(5);
  expect(sharedBeginning(whole, [{ label: 'query', text: 'login' }])).toBe(0);
});
