import { expect, it } from 'vitest';
import { fewCuts, sharedBeginning } from '../../../scripts/soak/cuts/choose-cuts.ts';

const said = (...texts: string[]) => texts.map((text) => ({ label: text.split(' ')[0] ?? '', text }));

it('two functions begin alike up to the first statement that only one of them asks', () => {
  const whole = said('login', 'prepare session', 'execute 1', 'prepare create', 'execute 2');
  expect(sharedBeginning(whole, said('login', 'prepare session', 'execute 1', 'prepare list', 'execute 2'))).toBe(3);
  expect(sharedBeginning(whole, said('login', 'prepare list', 'execute 1'))).toBe(1);
  expect(sharedBeginning(whole, [...whole, ...said('query COMMIT')])).toBe(5);
  expect(sharedBeginning(whole, [{ label: 'query', text: 'login' }])).toBe(0);
});

it('what may write is cut in every way, what only reads in one', () => {
  const asked = [
    { label: 'greeting', text: '' },
    { label: 'login', text: '' },
    { label: 'prepare', text: 'CALL make(?)' },
    { label: 'execute', text: 'CALL make(?)' },
    { label: 'execute', text: '\n SELECT 1\nFROM tasks' },
    { label: 'execute', text: 'SELECT 1\nFROM tasks\nFOR UPDATE' },
    { label: 'query', text: 'COMMIT' },
    { label: 'query', text: 'SET time_zone = ?' },
    { label: 'execute', text: '' },
  ];
  const ways = (at: number) => fewCuts('get-task', asked).filter(({ exchange }) => exchange === at).length;
  expect(asked.map((_, at) => ways(at))).toEqual([1, 1, 1, 3, 1, 3, 3, 1, 3]);
  const kinds = new Set(fewCuts('get-task', Array(9).fill(asked[4])).map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['afterSend', 'beforeSend', 'midReply']);
});
