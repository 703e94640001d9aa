import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportEntries } from '../../../shared/quota/export-entries.ts';
import { listEntries } from '../../../shared/quota/list-entries.ts';
import { listTaskEntries } from '../../../shared/quota/list-task-entries.ts';
import { cancelTask } from '../../../shared/tasks/cancel-task.ts';
import {
  NOW_MS,
  newMerchant,
  newTask,
  type ProductDatabase,
  productDatabase,
} from '../../fixtures/product-database.ts';

const ORDER = 'ord_01JQ0000000000000000000001';

let product: ProductDatabase;
beforeAll(async () => {
  product = await productDatabase();
  // Numbers of several digits, as everywhere but in a new database.
  await product.db.write('ALTER TABLE quota_entries AUTO_INCREMENT = 1000');
});
afterAll(() => product.close());

/** A merchant whose ledger has a line of every kind: bought, used, given back, taken back, run out. */
async function merchantWithEveryKind() {
  const { db } = product;
  const merchant = await newMerchant(db);
  const lot = `lot_${merchant.slice(4)}`;
  await db.write(
    `INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
     VALUES (?, ?, ?, 'member', 9, 9, '2026-03-01', '2026-04-01')`,
    [lot, merchant, `pay:wechat:${merchant}`],
  );
  const line = (kind: string, amount: number, order: string | null) =>
    db.write(
      `INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, order_id, source_key, created_at)
       VALUES (?, ?, ?, ?, ?, ?, '2026-03-01 04:00:00')`,
      [merchant, lot, kind, amount, order, order === null ? null : `${kind}:${merchant}`],
    );
  await line('grant', 9, ORDER);
  const task = await newTask(db, merchant);
  await cancelTask(db, merchant, task, { nowMs: NOW_MS, language: 'zh' });
  await line('revoke', -4, ORDER);
  await line('expire', -5, null);
  await db.write('UPDATE quota_lots SET remaining = 0 WHERE id = ?', [lot]);
  return { merchant, lot, task };
}

it('a line names its lot, and the task, order and line that it comes from, and nothing where there is none', async () => {
  const { merchant, lot, task } = await merchantWithEveryKind();
  const { items, nextCursor } = await listEntries(product.db, merchant, { limit: 5 });
  const [, , , deduct] = items;
  const common = { entryId: expect.stringMatching(/^\d+$/), lotId: lot, createdAtMs: NOW_MS };
  expect(items).toStrictEqual([
    { ...common, kind: 'expire', amount: -5, balance: 0 },
    { ...common, kind: 'revoke', amount: -4, balance: 5, orderId: ORDER },
    { ...common, kind: 'refund', amount: 1, balance: 9, taskId: task, reversesEntryId: deduct?.entryId },
    { ...common, kind: 'deduct', amount: -1, balance: 8, taskId: task },
    { ...common, kind: 'grant', amount: 9, balance: 9, orderId: ORDER },
  ]);
  expect(nextCursor).toBeUndefined();
});

it('a page has as many lines as were asked for, and its cursor says where the next begins and with what balance', async () => {
  const { merchant } = await merchantWithEveryKind();
  const all = await listEntries(product.db, merchant, { limit: 100 });
  const page = await listEntries(product.db, merchant, { limit: 2 });
  expect(page).toStrictEqual({ items: all.items.slice(0, 2), nextCursor: `${all.items[1]?.entryId}_9` });
  // The balance is the cursor's, so that pages agree with each other whatever is written meanwhile.
  const altered = await listEntries(product.db, merchant, { limit: 2, cursor: `${all.items[1]?.entryId}_1009` });
  expect(altered.items.map(({ balance }) => balance)).toEqual([1009, 1008]);
});

it('the lines of one task are found behind a hundred newer ones, each with the balance that it has in the whole ledger', async () => {
  const { merchant, lot, task } = await merchantWithEveryKind();
  const newer = Array.from({ length: 120 }, () => [merchant, lot]);
  await product.db.write(
    `INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, created_at)
     VALUES ${newer.map(() => "(?, ?, 'grant', 1, '2026-03-02')").join(', ')}`,
    newer.flat(),
  );
  await product.db.write('UPDATE quota_lots SET amount = 129, remaining = 120 WHERE id = ?', [lot]);
  const { items: latest, nextCursor } = await listEntries(product.db, merchant, { limit: 100 });
  expect(latest.filter(({ taskId }) => taskId === task)).toEqual([]);
  const { items: rest } = await listEntries(product.db, merchant, { limit: 100, cursor: nextCursor });
  const own = rest.filter(({ taskId }) => taskId === task);
  expect(own.map(({ amount, balance }) => [amount, balance])).toEqual([
    [1, 9],
    [-1, 8],
  ]);
  expect(await listTaskEntries(product.db, merchant, { taskId: task, limit: 20 })).toStrictEqual({ items: own });
  const page = await listTaskEntries(product.db, merchant, { taskId: task, limit: 1 });
  expect(page).toStrictEqual({ items: own.slice(0, 1), nextCursor: own[0]?.entryId });
  const cursor = page.nextCursor;
  expect(await listTaskEntries(product.db, merchant, { taskId: task, limit: 1, cursor })).toStrictEqual({
    items: own.slice(1),
  });
  const stranger = await newMerchant(product.db);
  expect(await listTaskEntries(product.db, stranger, { taskId: task, limit: 20 })).toStrictEqual({ items: [] });
});

it('a merchant without lines has an empty page', async () => {
  const merchant = await newMerchant(product.db);
  expect(await listEntries(product.db, merchant, { limit: 5 })).toStrictEqual({ items: [] });
});

it('an exported line is said in Chinese and English, at the time in China', async () => {
  const { merchant, lot, task } = await merchantWithEveryKind();
  const exported = await exportEntries(product.db, merchant, undefined);
  expect(Object.keys(exported)).toEqual(['fileName', 'csv']);
  expect(exported.fileName).toBe('额度明细.csv');
  const [header, ...lines] = exported.csv.slice(1).split('\r\n');
  expect(header).toBe('编号 entry,时间 time (UTC+8),类型 kind,额度 credits,余额 balance,任务 task,订单 order,批次 lot');
  expect(lines.map((text) => text.replace(/^\d+,2026-03-01 12:00:00,/, ''))).toEqual([
    `到期 expire,-5,0,,,${lot}`,
    `收回 revoke,-4,5,,${ORDER},${lot}`,
    `退回 refund,1,9,${task},,${lot}`,
    `使用 deduct,-1,8,${task},,${lot}`,
    `获得 grant,9,9,,${ORDER},${lot}`,
    '',
  ]);
});
