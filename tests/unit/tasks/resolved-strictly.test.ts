import { expect, it } from 'vitest';
import type { PlanStep } from '../../../shared/features/plan.ts';
import type { OutputRow } from '../../../shared/tasks/read-task.ts';
import { resolveWork } from '../../../shared/tasks/resolve-work.ts';

const step = (over: Partial<PlanStep>): PlanStep => ({
  ...{ processor: 'p', units: 1, timeLimitSeconds: 60, attempts: 1, ...over },
});
const made = (at: number): OutputRow => ({
  ...{ step: at, unit: 0, name: 'a.png', key: `outputs/t/${at}`, contentType: 'image/png', flags: '', favourite: 0 },
  ...{ width: 1, height: 1, sizeBytes: 1000, purgeAtMs: null, purgedAtMs: null },
});

it('a parameter that nobody has filled in is not there at all: a processor may refuse names that it does not know', () => {
  const plan = [step({ params: { gone: { form: 'gone' }, size: { value: 1 } } })];
  const files = { form: { values: {}, photos: {} }, inputs: [], outputs: [] };
  expect(Object.keys(resolveWork(plan, 0, 0, files).params)).toEqual(['size']);
});

it('a file of a step that the plan does not have is none of the step that is asked for', () => {
  const plan = [step({ name: 'cut' }), step({ inputs: [{ step: 'cut' }] })];
  const files = { form: undefined, inputs: [], outputs: [made(0), made(7)] };
  expect(resolveWork(plan, 1, 0, files).pictures.map(({ key }) => key)).toEqual(['outputs/t/0']);
});

it('a task without a form has nothing filled in', () => {
  const plan = [step({ params: { title: { form: 'title' }, size: { each: 'sizes' }, n: { unit: true } } })];
  expect(resolveWork(plan, 0, 2, { form: undefined, inputs: [], outputs: [] }).params).toEqual({ n: 2 });
});
