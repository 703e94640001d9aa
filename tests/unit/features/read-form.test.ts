import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type FormValues, form as formSchema } from '../../../shared/contract/form.ts';
import { readForm } from '../../../shared/features/read-form.ts';
import { frameCard } from '../../fixtures/cards.ts';

const form = z.parse(formSchema, frameCard().form);
const read = (values: FormValues, photos: (string | undefined)[] = [undefined]) =>
  readForm(form, { platforms: ['jd'], ...values }, photos);
const problems = (values: FormValues, photos?: (string | undefined)[]) => {
  const found = read(values, photos);
  return 'problems' in found ? found.problems : [];
};

it('fills in defaults, and knows which photo is for which field', () => {
  expect(read({ title: '新品' }, ['details', undefined, 'details'])).toEqual({
    filled: {
      values: { platforms: ['jd'], title: '新品', background: 'white', margin: 10 },
      photos: { photo: [1], details: [0, 2] },
      texts: ['title'],
    },
  });
});

describe('a value is refused in both languages, by its field:', () => {
  it.each<[string, FormValues, string, string]>([
    ['an option that there is not', { background: 'pink' }, 'form.background', 'one_of:white, grey'],
    ['a text that is too long', { title: '字'.repeat(21) }, 'form.title', 'max:20'],
    ['a text with a line break', { title: 'a\nb' }, 'form.title', 'characters'],
    ['a text with an escape', { title: 'a\u001b[2J' }, 'form.title', 'characters'],
    ['a number as text', { price: '7' }, 'form.price', 'type:number'],
    ['a number below', { price: 0 }, 'form.price', 'min:1'],
    ['a number above', { price: 10_000 }, 'form.price', 'max:9999'],
    ['a number between steps', { margin: 10.3 }, 'form.margin', 'step:0.5'],
    ['a choice twice', { platforms: ['jd', 'jd'] }, 'form.platforms', 'duplicate'],
    ['no choice', { platforms: [] }, 'form.platforms', 'required'],
    ['a choice that there is not', { platforms: ['x'] }, 'form.platforms', 'one_of:jd, tb'],
    ['a list for a text', { title: ['a'] }, 'form.title', 'type:string'],
    ['a colour by name', { accent: 'red' }, 'form.accent', 'format:colour'],
    ['a field that there is not', { other: 'x' }, 'form.other', 'unknown'],
    ['a field of every object', { constructor: 'x' } as unknown as FormValues, 'form.constructor', 'unknown'],
    ['a value for a photo', { photo: 'x' }, 'form.photo', 'unknown'],
    ['a field that is not asked for', { notes: 'x' }, 'form.notes', 'not_asked'],
  ])('%s', (_name, values, path, rule) => {
    const found = problems(values);
    expect(found.map((one) => `${one.path} ${one.rule}`)).toEqual([`${path} ${rule}`]);
    expect(found[0]?.zh).toMatch(/[一-鿿]/);
    expect(found[0]?.en).toMatch(/^[\w :#.,-]+$/);
  });

  it.each<[string, (string | undefined)[], string]>([
    ['no photo', [], 'inputs min:1'],
    ['two photos for one field', ['photo', 'photo'], 'inputs max:1'],
    ['four where three fit', ['photo', ...Array.from({ length: 4 }, () => 'details')], 'inputs max:3'],
    ['a photo for a field of text', ['title', 'photo'], 'inputs.0.field unknown'],
  ])('%s', (_name, photos, expected) => {
    expect(problems({}, photos).map(({ path, rule }) => `${path} ${rule}`)).toContain(expected);
  });
});

it('what a condition asks for may be given when it holds', () => {
  expect(problems({ background: 'grey', notes: 'one\ntwo' })).toEqual([]);
});

it.each([
  [{ field: 'price', greaterThan: 10 }, 11, 10],
  [{ field: 'price', lessThan: 10 }, 9, 10],
  [{ field: 'size', notEquals: 's' }, 'm', 's'],
  [{ field: 'size', in: ['s'] }, 's', 'm'],
  [{ field: 'size', notIn: ['s'] }, 'm', 's'],
])('a condition %j holds for %s and not for %s', (when, holds, not) => {
  const conditional = [
    ...form.map(({ when: _, ...field }) => field),
    { type: 'text', name: 'more', labelZh: '更多', labelEn: 'More', maxLength: 5, when },
  ];
  const parsed = z.parse(formSchema, conditional);
  const given = (value: string | number) =>
    readForm(parsed, { platforms: ['jd'], [when.field]: value, more: 'x' }, [undefined]);
  expect(given(holds)).toHaveProperty('filled');
  expect(given(not)).toMatchObject({ problems: [{ path: 'form.more', rule: 'not_asked' }] });
});
