import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createOperator } from '../../../shared/ops/create-operator.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';

let product: ProductDatabase;
let phone: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(async () => {
  const id = await newMerchant(product.db);
  const [row] = await product.db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [id]);
  phone = row?.phone ?? '';
});

const make = (over: Partial<Parameters<typeof createOperator>[1]> = {}, db = product.db) =>
  createOperator(db, { phone, name: '运营', role: 'operator', requestId: 'req_1', nowMs: NOW_MS, ...over });
const log = async () => {
  const rows = await product.db.query<{ details: string }>(
    `SELECT details_json AS details FROM audit_log a JOIN merchants m ON m.id = a.target WHERE m.phone = ? ORDER BY seq`,
    [phone],
  );
  return rows.map(({ details }) => JSON.parse(details) as unknown);
};

it('somebody who has signed in gets a role, another role, and the same again without a trace', async () => {
  expect(await make()).toBe('created');
  expect(await make()).toBe('unchanged');
  expect(await make({ role: 'support' })).toBe('changed');
  expect(await make({ role: 'support' })).toBe('unchanged');
  expect(await log()).toEqual([
    { role: 'operator', before: null },
    { role: 'support', before: 'operator' },
  ]);
});

it('a name alone is another one, too', async () => {
  await make();
  expect(await make({ name: '财务' })).toBe('changed');
  expect(await make({ name: '财务' })).toBe('unchanged');
});

it('nobody is made up: a phone that never signed in gets none', async () => {
  expect(await make({ phone: '13100000000' })).toBe('unknown_phone');
});

it('a role that had ended begins again, and the log says that there was none', async () => {
  await make();
  await product.db.write(
    'UPDATE operators o JOIN merchants m ON m.id = o.merchant_id SET o.ended_at = o.created_at WHERE m.phone = ?',
    [phone],
  );
  expect(await make()).toBe('changed');
  expect(await make()).toBe('unchanged');
  expect((await log()).at(-1)).toEqual({ role: 'operator', before: null });
});

it('sixteen at once are one', async () => {
  const outcomes = await Promise.all(product.connections(16).map((db) => make({}, db)));
  expect(outcomes.filter((one) => one === 'created')).toHaveLength(1);
  expect(await log()).toHaveLength(1);
});
