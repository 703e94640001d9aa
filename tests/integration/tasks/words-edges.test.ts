import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import type { Refusal, TextModerator } from '../../../shared/moderation/moderator.ts';
import { moderateTexts } from '../../../shared/tasks/moderate-texts.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

const BAD: Refusal = {
  ...{ kind: 'refused', suggestion: 'Review', label: 'Ad', subLabel: '', score: 90, requestId: 'r' },
};

let product: ProductDatabase;
let merchant: string;
let asked: { text: string; dataId: string }[] = [];
beforeAll(async () => {
  product = await productDatabase();
  merchant = await newMerchant(product.db);
});
afterAll(() => product.close());
beforeEach(() => {
  asked = [];
});

const passing: TextModerator = async () => ({ kind: 'passed' });
let tasks = 0;
const read = (
  formJson: string | null,
  judge: TextModerator | undefined = passing,
  taskId = `tsk_words${++tasks}`,
): Promise<string | undefined> => {
  const textModerator: TextModerator = (one) => {
    asked.push({ text: one.text, dataId: one.dataId });
    return judge(one);
  };
  return moderateTexts({ db: product.db, textModerator }, { taskId, merchantId: merchant, formJson }, NOW_MS);
};
const form = (values: Record<string, unknown>, texts: readonly string[] | undefined = Object.keys(values)) =>
  JSON.stringify({ values, photos: {}, texts });
const texts = () => asked.map(({ text }) => text);

it.each([
  ['no form', null],
  ['a form of before there were texts', JSON.stringify({ values: { title: '新品' }, photos: {} })],
  ['a form in which nothing was written', form({ title: '', note: ' \n ' })],
  ['a field that was not filled in', form({}, ['title'])],
])('%s is not read', async (_what, formJson) => {
  expect([await read(formJson), asked]).toEqual([undefined, []]);
});

it('nobody is asked where nobody reads, nor the database where there is nothing to be read', async () => {
  const db: Database = { ...product.db, query: () => Promise.reject(new Error('asked')) };
  const task = { taskId: 'tsk_unread', merchantId: merchant };
  expect(await moderateTexts({ db }, { ...task, formJson: form({ title: '新品' }) }, NOW_MS)).toBeUndefined();
  expect(await moderateTexts({ db, textModerator: passing }, { ...task, formJson: null }, NOW_MS)).toBeUndefined();
});

it.each([
  { lengths: [5000, 4999], parts: 1 },
  { lengths: [5000, 5000], parts: 2 },
  { lengths: [4000, 4000, 1998], parts: 1 },
  { lengths: [4000, 4000, 1999], parts: 2 },
])('texts of $lengths characters are read in $parts parts of whole lines', async ({ lengths, parts }) => {
  const lines = lengths.map((length, n) => String(n).repeat(length));
  await read(form(Object.fromEntries(lines.map((line, n) => [`t${n}`, line]))), passing, 'tsk_parts');
  expect(asked.map(({ dataId }) => dataId)).toEqual(['tsk_parts-t0', 'tsk_parts-t1'].slice(0, parts));
  expect(texts().join('\n').split('\n')).toEqual(lines);
});

it('a number is read as it is written', async () => {
  await read(form({ price: 99, title: '新品' }));
  expect(texts()).toEqual(['99\n新品']);
});

it('a refused part is enough, whatever becomes of the others, and nobody is asked twice', async () => {
  const long = form({ a: 'a'.repeat(9000), b: 'b'.repeat(9000), c: 'c'.repeat(9000) });
  const judge: TextModerator = async ({ text }) => {
    if (text.startsWith('a')) throw new Error('away');
    return text.startsWith('b') ? { kind: 'passed' } : BAD;
  };
  expect(await read(long, judge, 'tsk_refused')).toBe('TEXT_REFUSED');
  expect(asked).toHaveLength(3);
  expect(await read(long, passing, 'tsk_refused')).toBe('TEXT_REFUSED');
  expect(asked).toHaveLength(3);
  expect(
    await product.db.query("SELECT merchant_id AS who, suggestion FROM text_refusals WHERE task_id = 'tsk_refused'"),
  ).toEqual([{ who: merchant, suggestion: 'Review' }]);
});

it('a part that nobody could read is told, when none is refused', async () => {
  const long = form({ a: 'a'.repeat(9000), b: 'b'.repeat(9000) });
  const judge: TextModerator = ({ text }) =>
    text.startsWith('b') ? Promise.reject(new Error('away')) : Promise.resolve({ kind: 'passed' });
  await expect(read(long, judge)).rejects.toThrow('away');
});
