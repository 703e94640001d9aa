import { describe, expect, it } from 'vitest';
import type { Plan, PlanStep } from '../../../shared/features/plan.ts';
import type { FilledForm } from '../../../shared/features/read-form.ts';
import type { InputRow, OutputRow } from '../../../shared/tasks/read-task.ts';
import { resolveWork, type TaskFiles } from '../../../shared/tasks/resolve-work.ts';

const input = (n: number, over: Partial<InputRow> = {}): InputRow => ({
  ...{ n, contentType: 'image/jpeg', sizeBytes: 100 + n, key: `inputs/t/${n}`, etag: `"${n}"`, ...over },
});
const output = (step: number, unit: number, name: string): OutputRow => ({
  ...{ step, unit, name, key: `outputs/t/${step}/${unit}/${name}`, contentType: 'image/png', flags: '', favourite: 0 },
  ...{ width: 10 * step, height: 20 + unit, sizeBytes: 1000 + unit, purgeAtMs: null, purgedAtMs: null },
});
const step = (over: Partial<PlanStep>): PlanStep => ({
  ...{ processor: 'p', units: 1, timeLimitSeconds: 60, attempts: 1, ...over },
});
const form = (over: Partial<FilledForm> = {}): FilledForm => ({ values: {}, photos: {}, ...over });
const files = (over: Partial<TaskFiles> = {}): TaskFiles => ({ form: form(), inputs: [], outputs: [], ...over });
const photo = (n: number, name = 'photo') => ({ name, key: `inputs/t/${n}`, etag: `"${n}"`, sizeBytes: 100 + n });
const made = (one: OutputRow, name = 'photo') => ({ name, key: one.key, sizeBytes: one.sizeBytes });

describe('the pictures of a unit', () => {
  it('are all photos where the step does not say', () => {
    const { pictures } = resolveWork([step({})], 0, 0, files({ inputs: [input(0), input(1)] }));
    expect(pictures).toEqual([photo(0), photo(1)]);
  });

  it('are the photos of its fields, in the order in which they were chosen, under the part that they play', () => {
    const inputs = [input(0), input(1), input(2)];
    const plan: Plan = [step({ inputs: [{ form: 'front', as: 'garment' }, { form: 'back' }, { form: 'unseen' }] })];
    const chosen = form({ photos: { front: [2, 0], back: [1] } });
    expect(resolveWork(plan, 0, 0, files({ form: chosen, inputs })).pictures).toEqual([
      ...[photo(2, 'garment'), photo(0, 'garment'), photo(1)],
    ]);
    expect(resolveWork(plan, 0, 0, files({ form: undefined, inputs })).pictures).toEqual([]);
  });

  it('are files of an earlier step: all, those of one name, or the one of its own number', () => {
    const [cut, mask, frame] = [output(0, 0, 'cut.png'), output(0, 1, 'mask.png'), output(1, 0, 'cut.png')];
    const of = (inputs: PlanStep['inputs'], unit = 0) => {
      const plan: Plan = [step({ name: 'cut' }), step({ name: 'frames' }), step({ inputs })];
      return resolveWork(plan, 2, unit, files({ outputs: [cut, mask, frame] })).pictures;
    };
    expect(of([{ step: 'cut' }])).toEqual([made(cut), made(mask)]);
    expect(of([{ step: 'cut', output: 'mask.png', as: 'mask' }])).toEqual([made(mask, 'mask')]);
    expect(of([{ step: 'cut', each: true }], 1)).toEqual([made(mask)]);
    expect(of([{ step: 'cut', each: true }], 2)).toEqual([]);
    expect(of([{ step: 'frames', each: false }], 7)).toEqual([made(frame)]);
    expect(of([{ step: 'nobody' }])).toEqual([]);
  });

  it('are never a photo that nobody has looked at', () => {
    const unseen = files({ inputs: [input(0, { etag: null })] });
    expect(() => resolveWork([step({})], 0, 0, unseen)).toThrow('an input of a running task has no ETag');
  });
});

describe('the parameters of a unit', () => {
  const chosen = form({ values: { title: '新品', sizes: ['s', 'm'], one: 'x' } });
  const of = (params: PlanStep['params'], unit = 0, outputs: OutputRow[] = []) => {
    const plan: Plan = [step({ name: 'cut' }), step({ name: 'now', params })];
    return resolveWork(plan, 1, unit, files({ form: chosen, outputs })).params;
  };

  it('are what the card says, what was filled in, and which unit it is', () => {
    const params = { margin: { value: 0 }, none: { value: null }, title: { form: 'title' }, number: { unit: true } };
    expect(of(params as PlanStep['params'], 3)).toEqual({ margin: 0, none: null, title: '新品', number: 3 });
  });

  it('are the choice of its own number, the one choice there is, or nothing where nothing was filled in', () => {
    expect(of({ size: { each: 'sizes' }, only: { each: 'one' }, gone: { form: 'gone' } }, 1)).toEqual({
      ...{ size: 'm', only: 'x' },
    });
    expect(of({ size: { each: 'sizes' } }, 2)).toEqual({});
  });

  it('are measures of a file of an earlier step, which must be there', () => {
    const width = { step: 'cut', output: 'cut.png', property: 'width' } as const;
    const cut = { ...output(0, 0, 'cut.png'), width: 640 };
    expect(of({ width }, 0, [output(0, 0, 'mask.png'), cut])).toEqual({ width: 640 });
    expect(() => of({ width }, 0, [output(0, 0, 'mask.png')])).toThrow(
      'step now needs cut.png of cut, which is not there',
    );
  });

  it('are none where the step has none', () => {
    expect(of(undefined)).toEqual({});
  });
});

it('a step that the plan does not have is told', () => {
  expect(() => resolveWork([step({})], 1, 0, files())).toThrow('the plan has no step 1');
});
