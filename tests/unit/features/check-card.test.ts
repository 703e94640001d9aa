import { describe, expect, it } from 'vitest';
import { checkCard } from '../../../shared/features/check-card.ts';
import { frameCard, TEST_CATALOGUE } from '../../fixtures/cards.ts';

type Card = ReturnType<typeof frameCard>;

/** Paths and rules of what is wrong with the card after `change`. */
function problemsOf(change: (card: Card) => void): string[] {
  const card = frameCard();
  change(card);
  const checked = checkCard(card, TEST_CATALOGUE);
  return 'problems' in checked ? checked.problems.map(({ path, rule }) => `${path} ${rule}`) : [];
}
const stepOf = (card: Card, n: number) => card.pipeline[n] as Record<string, unknown>;
const fieldOf = (card: Card, n: number) => card.form[n] as Record<string, unknown>;

it('a card with a field of each kind, a fan-out and shares can be saved', () => {
  expect(problemsOf(() => undefined)).toEqual([]);
});

describe('a card is refused, with the field and the rule:', () => {
  it.each<[string, (card: Card) => void, string]>([
    [
      'no credits',
      (card) => {
        card.credits = 0;
      },
      'credits min:1',
    ],
    [
      'an unknown processor',
      (card) => {
        stepOf(card, 0)['processor'] = 'magic';
      },
      'pipeline.0.processor unknown_processor',
    ],
    [
      'a name that every object has',
      (card) => {
        stepOf(card, 0)['processor'] = 'constructor';
      },
      'pipeline.0.processor unknown_processor',
    ],
    [
      'an engine that cannot',
      (card) => {
        stepOf(card, 0)['engines'] = ['far'];
      },
      'pipeline.0.engines unknown_engine',
    ],
    [
      'an engine that is not configured',
      (card) => {
        stepOf(card, 1)['engines'] = ['far'];
      },
      'pipeline.1.engines engine_not_configured',
    ],
    [
      'marks on a field of several photos',
      (card) => {
        card.form.push({ type: 'marks', name: 'marks', labelZh: '标记', labelEn: 'Marks', photo: 'details' });
      },
      'form.10.photo mapping',
    ],
    [
      'a picture of no field',
      (card) => {
        stepOf(card, 0)['inputs'] = [{ form: 'nothing' }];
      },
      'pipeline.0.inputs.0.form mapping',
    ],
    [
      'a picture of a field of text',
      (card) => {
        stepOf(card, 0)['inputs'] = [{ form: 'title' }];
      },
      'pipeline.0.inputs.0.form mapping',
    ],
    [
      'a file of a later step',
      (card) => {
        stepOf(card, 0)['inputs'] = [{ step: 'frames' }];
      },
      'pipeline.0.inputs.0.step mapping',
    ],
    [
      'a file that is not made',
      (card) => {
        stepOf(card, 1)['inputs'] = [{ step: 'cut', output: 'b.png' }];
      },
      'pipeline.1.inputs.0.output mapping',
    ],
    [
      'no picture',
      (card) => {
        stepOf(card, 0)['inputs'] = [];
      },
      'pipeline.0.inputs min:1',
    ],
    [
      'a parameter of no field',
      (card) => {
        stepOf(card, 1)['params'] = { background: { form: 'x' } };
      },
      'pipeline.1.params.background mapping',
    ],
    [
      'a missing parameter',
      (card) => {
        stepOf(card, 1)['params'] = {};
      },
      'pipeline.1.params.background required',
    ],
    [
      'an unknown parameter',
      (card) => {
        stepOf(card, 0)['params'] = { x: { value: 1 } };
      },
      'pipeline.0.params.x unknown',
    ],
    [
      'one option that does not fit',
      (card) =>
        void Object.assign(fieldOf(card, 2), {
          options: [
            { value: 'white', labelZh: '白', labelEn: 'W' },
            { value: 'pink', labelZh: '粉', labelEn: 'P' },
          ],
        }),
      'pipeline.1.params.background one_of:white, grey',
    ],
    [
      'a text that may be too long',
      (card) => {
        fieldOf(card, 3)['maxLength'] = 21;
      },
      'pipeline.1.params.title max:20',
    ],
    [
      'a number that may be too large',
      (card) => {
        fieldOf(card, 5)['max'] = 31;
      },
      'pipeline.1.params.margin max:30',
    ],
    [
      'a fan-out over what may be empty',
      (card) => void delete fieldOf(card, 8)['required'],
      'pipeline.3.units.each mapping',
    ],
    [
      'shares that do not divide',
      (card) => {
        card.credits = 7;
      },
      'partialStep multiple',
    ],
    [
      'shares of no step',
      (card) => {
        card.partialStep = 'x';
      },
      'partialStep mapping',
    ],
    [
      'a result of no step',
      (card) => {
        card.outputs[0] = { step: 'x', name: '*', contentType: 'image/jpeg' };
      },
      'outputs.0.step mapping',
    ],
    [
      'a result that is not made',
      (card) => {
        card.outputs[0] = { step: 'cut', name: 'a.png', contentType: 'image/png' };
      },
      'outputs.0.name mapping',
    ],
    [
      'a name twice',
      (card) => {
        stepOf(card, 1)['name'] = 'cut';
      },
      'pipeline.1.name duplicate',
    ],
    [
      'a field twice',
      (card) => {
        fieldOf(card, 3)['name'] = 'photo';
      },
      'form.3.name duplicate',
    ],
    [
      'a condition on a later field',
      (card) => {
        fieldOf(card, 4)['when'] = { field: 'price', equals: 1 };
      },
      'form.4.when.field mapping',
    ],
    [
      'a condition of two comparisons',
      (card) => {
        fieldOf(card, 4)['when'] = { field: 'background', equals: 'a', notEquals: 'b' };
      },
      'form.4.when one',
    ],
    [
      'a default outside its range',
      (card) => {
        fieldOf(card, 5)['default'] = 40;
      },
      'form.5.default range',
    ],
    [
      'more attempts than may be',
      (card) => {
        stepOf(card, 0)['attempts'] = 11;
      },
      'pipeline.0.attempts max:10',
    ],
    [
      'an unknown property',
      (card) => {
        (card as Record<string, unknown>)['secret'] = 1;
      },
      'secret unknown',
    ],
    [
      'closed without a reason',
      (card) => {
        card.enabled = false;
      },
      'closedZh required',
    ],
  ])('%s', (_name, change, expected) => {
    expect(problemsOf(change)).toContain(expected);
  });
});

it('a card that stays closed may wait for a processor and an engine that do not exist yet', () => {
  const closed = { enabled: false, closedZh: '等待引擎', closedEn: 'Waits for its engine' };
  expect(
    problemsOf(
      (card) =>
        void Object.assign(card, closed, { pipeline: card.pipeline.map((one) => ({ ...one, processor: 'later' })) }),
    ),
  ).toEqual([]);
});
