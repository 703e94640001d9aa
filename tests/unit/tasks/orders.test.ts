import { describe, expect, it } from 'vitest';
import type { FormField } from '../../../shared/contract/form.ts';
import type { OpenCard } from '../../../shared/features/read-card.ts';
import { ApiError } from '../../../shared/http/api-error.ts';
import {
  type CreateOutcome,
  type Order,
  orderOf,
  orderParams,
  refusalOf,
  type TaskRequest,
} from '../../../shared/tasks/create-task.ts';
import { fitBatch } from '../../../shared/tasks/fit-batch.ts';
import { byPresets } from '../../../shared/tasks/preset-editions.ts';
import { TEST_CATALOGUE } from '../../fixtures/cards.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 4);
const stepOf = (processor: string, over: object = {}) => {
  return { processor, units: 1, timeLimitSeconds: 60, attempts: 3, ...over };
};
const label = { labelZh: '照片', labelEn: 'Photo' };
const form: FormField[] = [
  { type: 'image', name: 'photo', ...label, required: true },
  { type: 'image', name: 'detail', ...label },
  { type: 'text', name: 'title', labelZh: '标题', labelEn: 'Title', maxLength: 20 },
];
const card: OpenCard = { featureId: 'frames', version: 4, form, pipeline: [stepOf('cut')], presets: 7 };
const jpeg = { contentType: 'image/jpeg', sizeBytes: 1000 } as const;
const order = (request: Partial<TaskRequest> = {}, over: Partial<OpenCard> = {}) =>
  orderOf({ ...card, ...over }, { inputs: [jpeg], ...request }, TEST_CATALOGUE);

describe('what is ordered', () => {
  it('is the card’s steps with what was filled in, each photo for its field', () => {
    const inputs = [{ ...jpeg, field: 'detail' }, jpeg];
    expect(order({ inputs, form: { title: '新品' } })).toEqual({
      version: 4,
      filled: { values: { title: '新品' }, photos: { photo: [1], detail: [0] }, texts: ['title'] },
      plan: [stepOf('cut')],
    });
    expect(order()).toMatchObject({ filled: { values: {}, photos: { photo: [0] } } });
  });

  it('is nothing where the form is wrong', () => {
    expect(order({ form: { size: 'm' } })).toEqual({
      version: 4,
      problems: [{ path: 'form.size', rule: 'unknown', zh: '表单里没有这个字段', en: 'is not a field of this form' }],
    });
  });

  it('is nothing where there is no such card, or nobody here does its work', () => {
    expect(orderOf(undefined, { inputs: [jpeg] }, TEST_CATALOGUE)).toEqual({ version: 0, closed: true });
    expect(order({}, { pipeline: [stepOf('unheard-of')] })).toEqual({ version: 4, closed: true });
    expect(order({}, { pipeline: [stepOf('dream', { engines: ['far'] })] })).toEqual({ version: 4, closed: true });
  });

  const filled = { values: { title: '旧' }, photos: { photo: [0] } };
  const takeOver = { version: 4, step: 1, filled, presets: 5 };
  it('goes on with what was filled in before while the card is the same, and is judged anew by another', () => {
    expect(order({ takeOver, form: { size: 'm' } })).toEqual({ version: 4, filled, plan: [stepOf('cut')] });
    expect(order({ takeOver: { ...takeOver, version: 3 }, form: { size: 'm' } })).toMatchObject({
      problems: [{ path: 'form.size' }],
    });
  });

  it('follows the newest figures of the shops, or those of what it goes on with', () => {
    const catalogue = {
      ...TEST_CATALOGUE,
      processors: { ...TEST_CATALOGUE.processors, 'resize-preset': TEST_CATALOGUE.processors['cut']! },
    };
    const presetCard = { ...card, pipeline: [stepOf('cut'), stepOf('resize-preset')] };
    const plans = [undefined, takeOver, { ...takeOver, version: 3 }].map((one) => {
      const ordered = orderOf(presetCard, { inputs: [jpeg], ...(one && { takeOver: one }) }, catalogue);
      return 'plan' in ordered && ordered.plan.map(({ presets }) => presets);
    });
    expect(plans).toEqual([
      [undefined, 7],
      [undefined, 5],
      [undefined, 7],
    ]);
    expect(byPresets([stepOf('platform-pack')], 9)).toEqual([stepOf('platform-pack', { presets: 9 })]);
    expect(byPresets([stepOf('cut')], 9)).toStrictEqual([stepOf('cut')]);
  });
});

describe('what the database is told of an order', () => {
  const plan = [stepOf('cut')];
  const filled = { values: {}, photos: { photo: [0] } };
  const ordered: Order = { version: 4, filled, plan };

  it('without a photo waits for ten minutes in the queue, and its units are looked for after half a minute', () => {
    expect(orderParams({ inputs: [], nowMs: NOW_MS }, ordered)).toEqual({
      ...{ version: 4, takesOver: 0, step: 0, credits: null, inputs: '[]' },
      ...{ form: JSON.stringify(filled), plan: JSON.stringify(plan) },
      ...{ deadline: '2026-03-01 04:10:00.000', sweep: '2026-03-01 04:10:00.000' },
      unitSweep: '2026-03-01 04:00:30.000',
    });
  });

  it('with photos waits for them for an hour, and looks for them after a minute', () => {
    const inputs = [{ ...jpeg, field: 'photo' }];
    const told = orderParams({ inputs, nowMs: NOW_MS }, { version: 4, closed: true });
    expect(told).toEqual({
      ...{ version: 4, takesOver: 0, step: 0, credits: null, inputs: JSON.stringify([jpeg]), form: null, plan: null },
      ...{ deadline: '2026-03-01 05:00:00.000', sweep: '2026-03-01 04:01:00.000' },
      unitSweep: '2026-03-01 04:00:30.000',
    });
  });

  it('that goes on: at which step, and for how much where only a part is due', () => {
    const takeOver = { version: 4, step: 2, filled, presets: undefined };
    const asked = { inputs: [jpeg], nowMs: NOW_MS };
    expect(orderParams({ ...asked, takeOver }, ordered)).toMatchObject({ takesOver: 1, step: 2, credits: null });
    const part = { takeOver: { ...takeOver, credits: 3 } };
    expect(orderParams({ ...asked, ...part }, ordered)).toMatchObject({ takesOver: 1, step: 2, credits: 3 });
    const anew = { takesOver: 0, step: 0, credits: null };
    expect(orderParams({ ...asked, ...part }, { ...ordered, version: 5 })).toMatchObject(anew);
  });
});

describe('what a caller is told that ordered in vain', () => {
  const closed: Order = { version: 4, closed: true };
  const told = (row: CreateOutcome, of: Order = closed) => {
    const { code, fields, headers } = refusalOf(row, of);
    return { code, fields, headers };
  };

  it.each<[CreateOutcome, string]>([
    [{ outcome: 'conflict' }, 'IDEMPOTENCY_CONFLICT'],
    [{ outcome: 'no_feature' }, 'FEATURE_NOT_FOUND'],
    [{ outcome: 'closed' }, 'FEATURE_CLOSED'],
    [{ outcome: 'changed' }, 'UNAVAILABLE'],
    [{ outcome: 'no_account' }, 'NOT_SIGNED_IN'],
    [{ outcome: 'not_a_member' }, 'NOT_A_MEMBER'],
    [{ outcome: 'credits_short' }, 'CREDITS_SHORT'],
    // Without a problem of the form, there was no plan since nobody does the work.
    [{ outcome: 'invalid_form' }, 'FEATURE_CLOSED'],
  ])('%o', (row, code) => {
    expect(told(row)).toEqual({ code, fields: [], headers: {} });
  });

  it.each(['rate_limited', 'card_limited'] as const)('%s: when to come again, in whole seconds', (outcome) => {
    const headers = { 'Retry-After': '2' };
    expect(told({ outcome, retry_ms: 1001 })).toEqual({ code: 'RATE_LIMITED', fields: [], headers });
  });

  it('which fields of the form are wrong, and how many photos are let through', () => {
    const problems = [{ path: 'form.size', rule: 'unknown', zh: '表单里没有这个字段', en: 'is unknown' }];
    expect(told({ outcome: 'invalid_form' }, { version: 4, problems })).toMatchObject({
      ...{ code: 'VALIDATION_FAILED', fields: problems },
    });
    expect(told({ outcome: 'too_many_inputs', max_inputs: 3 }, { version: 4, problems })).toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: 'inputs', rule: 'max:3', zh: '最多 3 张照片', en: 'at most 3 photos' }],
    });
  });

  it('a task that was made of no plan is our own fault', () => {
    expect(() => refusalOf({ outcome: 'created', credits: 1 }, closed)).toThrow('a task was created without a plan');
  });
});

describe('a batch', () => {
  const fits = async (photos: number, most: number, stands = false) => {
    let asked = 0;
    const outcome = await fitBatch(photos, most, async () => {
      asked += 1;
      return stands;
    }).catch((error: unknown) => error);
    return { asked, outcome };
  };

  it('of as many photos as are allowed now fits, and nobody asks whether it stands', async () => {
    expect(await fits(19, 20)).toEqual({ asked: 0, outcome: undefined });
    expect(await fits(20, 20)).toEqual({ asked: 0, outcome: undefined });
  });

  it('of more fits only where it stands already', async () => {
    expect(await fits(21, 20, true)).toEqual({ asked: 1, outcome: undefined });
    const { asked, outcome } = await fits(21, 20);
    expect([asked, outcome]).toEqual([1, expect.any(ApiError)]);
    expect(outcome).toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: 'photos', rule: 'max:20', zh: '一次最多 20 张照片', en: 'at most 20 photos at once' }],
    });
  });
});
