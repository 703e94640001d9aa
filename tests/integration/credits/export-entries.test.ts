import { afterAll, beforeAll, expect, it } from 'vitest';
import { csvRow } from '../../../shared/csv.ts';
import { exportEntries } from '../../../shared/quota/export-entries.ts';
import { listEntries } from '../../../shared/quota/list-entries.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import {
  grantCredits,
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
} from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let merchant: string;
beforeAll(async () => {
  product = await productDatabase();
  merchant = await newMerchant(product.db);
  await grantCredits(product.db, merchant, 3);
  for (let n = 0; n < 3; n++) await newTask(product.db, merchant);
  await grantCredits(product.db, merchant, 10);
});
afterAll(() => product.close());

it('has the balance after each line, the same page by page, from any cursor, and at its top what can be spent', async () => {
  const whole = await listEntries(product.db, merchant, { limit: 100 });
  expect(whole.items.map(({ balance }) => balance)).toEqual([10, 0, 1, 2, 3]);
  expect(whole.items[0]?.balance).toBe((await queryQuota(product.db, merchant, NOW_MS)).available);
  const paged: number[] = [];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof listEntries>> = await listEntries(product.db, merchant, { limit: 2, cursor });
    paged.push(...page.items.map(({ balance }) => balance));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(paged).toEqual([10, 0, 1, 2, 3]);
  const bare = await listEntries(product.db, merchant, { limit: 9, cursor: whole.items[1]?.entryId });
  expect(bare.items.map(({ balance }) => balance)).toEqual([1, 2, 3]);
});

it('is one table of CSV however many parts it comes in', async () => {
  const whole = await exportEntries(product.db, merchant, undefined);
  expect(whole.nextCursor).toBeUndefined();
  const first = await exportEntries(product.db, merchant, undefined, 3);
  const second = await exportEntries(product.db, merchant, first.nextCursor, 3);
  expect(first.csv + second.csv).toBe(whole.csv);
  expect(whole.csv.startsWith('\ufeff编号 entry,时间')).toBe(true);
  const lines = whole.csv.split('\r\n');
  expect(lines).toHaveLength(7);
  expect(lines[1]).toMatch(/^\d+,2026-03-01 12:00:00,获得 grant,10,10,,,lot_/);
});

it('holds no formula, whatever a text begins with; numbers stay numbers', () => {
  const texts = ['=1+1', '+1', '-1', '@a', ' =1', '\tx', '＝1', 'a"b', 'plain'];
  const row = csvRow([...texts, -1]);
  expect(row).toBe(`"'=1+1","'+1","'-1","'@a","' =1","'\tx","'＝1","a""b",plain,-1\r\n`);
});
