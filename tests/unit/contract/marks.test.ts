import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Marks, readMarks, writeMarks } from '../../../shared/contract/marks.ts';

const place = fc.integer({ min: 0, max: 1000 });
const stroke = fc.record({
  kind: fc.constantFrom('keep' as const, 'drop' as const),
  width: fc.integer({ min: 4, max: 200 }),
  points: fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 5 }),
});
const box = fc.record({
  left: fc.integer({ min: 0, max: 400 }),
  top: fc.integer({ min: 0, max: 400 }),
  right: fc.integer({ min: 450, max: 1000 }),
  bottom: fc.integer({ min: 450, max: 1000 }),
});
const marks: fc.Arbitrary<Marks> = fc.oneof(
  fc.record({ box, strokes: fc.array(stroke, { maxLength: 20 }) }),
  fc.record({ strokes: fc.array(stroke, { minLength: 1, maxLength: 20 }) }),
);

it('marks that were written are read as they were', () => {
  fc.assert(
    fc.property(marks, (drawn) => {
      expect(readMarks(writeMarks(drawn))).toEqual({ marks: drawn });
    }),
  );
});

it('any text is marks, or is refused with a rule in both languages', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^(box|keep|drop) ?[0-9 ,;]{0,30}$/));
  fc.assert(
    fc.property(text, (given) => {
      const read = readMarks(given);
      if ('marks' in read) expect(readMarks(writeMarks(read.marks))).toEqual(read);
      else expect(`${read.fault.rule} ${read.fault.zh} ${read.fault.en}`).toMatch(/^\S+ .*[一-鿿].* .*[a-z]/);
    }),
  );
});

describe('refused, with the rule:', () => {
  it.each([
    ['nothing', '', 'format:marks'],
    ['a second box', 'box 0,0,500,500;box 0,0,900,900', 'max_boxes:1'],
    ['a box that is turned over', 'box 900,0,100,900', 'format:marks'],
    ['a box too small for a garment', 'box 0,0,49,900', 'format:marks'],
    ['a place outside the photo', 'keep 20 1001,5', 'format:marks'],
    ['a brush as wide as the photo', 'keep 201 5,5', 'format:marks'],
    ['a stroke without a place', 'drop 20', 'format:marks'],
    ['another kind', 'erase 20 5,5', 'format:marks'],
    ['too many strokes', Array.from({ length: 61 }, () => 'keep 20 5,5').join(';'), 'max_strokes:60'],
    ['too long a text', `keep 20 ${'5,5 '.repeat(1100)}`.trim(), 'max:4000'],
  ])('%s', (_, text, rule) => {
    expect(readMarks(text)).toMatchObject({ fault: { rule } });
  });

  it('and the mark that is meant is named by its number', () => {
    expect(readMarks('keep 20 5,5;drop 1 5,5')).toMatchObject({ fault: { en: 'mark 2 is no box, keep or drop' } });
  });
});
