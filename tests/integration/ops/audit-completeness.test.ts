import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { newId } from '../../../shared/id.ts';
import { openCase } from '../../../shared/payments/open-case.ts';
import { type Answer, type ApiMerchant, type ApiStage, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { validInput } from '../bad-input/valid-requests.ts';
import { SUCCESSFUL_CALLS } from './successful-calls.ts';

let product: ProductDatabase;
let stage: ApiStage;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

const OF_OPERATORS = OPERATIONS.filter(({ caller }) => caller === 'operator');
/** Its codes are in the first answer and nowhere else: asked again it says so. */
const SHOWN_ONCE = ['create-redeem-batch'];

let keys = 0;
const send = (operation: { name: string; method: string }, as: ApiMerchant, input: object, idempotencyKey: string) =>
  stage.send(operation.name, {
    ...{ as, idempotencyKey },
    ...(operation.method === 'GET' ? { query: input as Record<string, string> } : { body: input }),
  });
const rowsOf = (actor: string) =>
  stage.db.query<{ action: string; reason: string; details: string }>(
    'SELECT action, reason, details_json AS details FROM audit_log WHERE actor = ? ORDER BY seq',
    [actor],
  );
const codeOf = ({ body }: Answer): string => body?.error?.code ?? 'done';

it('is asked of every operation of the operators', () => {
  expect(Object.keys(SUCCESSFUL_CALLS).sort()).toEqual(OF_OPERATORS.map(({ name }) => name).sort());
});

/** The same wish but for its words, its code, or what it is about. */
function otherThan(input: Record<string, unknown>): Record<string, unknown> {
  if ('announcementId' in input) return { announcementId: newId('ann_', Date.now()) };
  const name = ['reason', 'note', 'titleZh', 'code'].find((one) => one in input);
  if (name === undefined) throw new TypeError(`nothing in ${Object.keys(input).join()} could differ`);
  return { ...input, [name]: name === 'code' ? '000000' : '另一个说法' };
}

describe.each(OF_OPERATORS)('$name', (operation) => {
  const { name, operators: rules } = operation;

  it('leaves exactly one row of the log when it is done, told again under its key none, and none when it is refused', async () => {
    const operator = await newOperator(stage);
    // What has to be there is made by another, whose rows are not counted.
    const prepare = SUCCESSFUL_CALLS[name];
    const prepared = await prepare?.(
      stage,
      name.endsWith('-totp') || name === 'step-up' ? operator : await newOperator(stage),
    );
    const words = ['reason', 'note'].find((one) => prepared && one in prepared);
    const input = { ...prepared, ...(words && { [words]: `${String(prepared?.[words])}，13812345678` }) };
    const key = `audited-${++keys}`;
    const answer = await send(operation, operator, input, key);
    expect([answer.status < 300, codeOf(answer)]).toEqual([true, 'done']);
    const rows = await rowsOf(operator.id);
    expect(rows.map(({ action }) => action)).toEqual(rules?.audited ? [name] : []);
    for (const { details } of rows) expect(JSON.parse(details)).toBeTypeOf('object');
    if (operation.method !== 'POST') return;

    const again = await send(operation, operator, input, key);
    if (SHOWN_ONCE.includes(name)) expect(codeOf(again)).toBe('REDEEM_CODES_SHOWN');
    else expect([again.status, codeOf(again)]).toEqual([answer.status, 'done']);
    expect(await rowsOf(operator.id)).toHaveLength(1);
    // No row of it could ever be taken out again: whose phone it was is not in it.
    if (words) expect(rows[0]?.reason).toBe(`${String(prepared?.[words])}，138****5678`);

    if (name === 'enrol-totp') return; // it takes nothing that could be wrong
    // Refused for certain: the key stands for something else.
    expect(codeOf(await send(operation, operator, otherThan(input), key))).not.toBe('done');
    expect(await rowsOf(operator.id)).toHaveLength(1);
  });
});

it('has every step of a day at the console, in its order and of whom it was: sold, supported, refunded, reconciled, a new card', async () => {
  const [operator, merchant] = [await newOperator(stage), await stage.newMerchant(1)];
  const done: [action: string, target: string][] = [];
  /** `of`: whose id its row must have; null of a read of nobody's. */
  const step = async (name: string, input: object, of: string | null) => {
    const operation = OF_OPERATORS.find((one) => one.name === name);
    const answer = await send(operation ?? { name, method: 'POST' }, operator, input, `day-${++keys}`);
    expect(codeOf(answer), name).toBe('done');
    if (of !== null) done.push([name, of]);
    return answer.body.data;
  };
  const of = { merchantId: merchant.id };
  const reason = '一天的工作';
  const { card } = validInput('save-card') as { card: { id: string } };
  const featureId = 'card_of_the_day';

  await step('save-card', { card: { ...card, id: featureId }, baseVersion: 0, reason }, featureId);
  await step('set-card-merchant', { ...of, featureId, allowed: true, reason }, featureId);
  await step('set-card-state', { featureId, version: 1, enabled: true, access: 'member', reason }, featureId);
  const codes = { ...validInput('create-redeem-batch'), reason };
  const { batchId } = await step('create-redeem-batch', codes, '');
  done.splice(-1, 1, ['create-redeem-batch', batchId]);
  const paid = await SUCCESSFUL_CALLS['fulfil-invoice']?.({ ...stage, newMerchant: async () => merchant }, operator);
  const orderId = String(paid?.['orderId']);

  await step('get-overview', {}, null);
  await step('get-merchant', of, merchant.id);
  await step('view-as', { ...of, reason }, merchant.id);
  await step('grant-credits', { ...of, credits: 5, access: 'member', days: 30, reason }, merchant.id);
  const again = await SUCCESSFUL_CALLS['rerun-task']?.({ ...stage, newMerchant: async () => merchant }, operator);
  await step('trace-task', { taskId: again?.['taskId'] }, String(again?.['taskId']));
  await step('rerun-task', { ...again, charge: 'goodwill', reason }, String(again?.['taskId']));

  await step('search-orders', { orderId }, orderId);
  await step('fulfil-invoice', { ...paid, reason }, orderId);
  await step('refund-order', { orderId, mode: 'unused', reason }, orderId);
  await openCase(stage.db, { class: 'paid_twice', channel: 'wechat', subject: orderId, remedy: 'none' }, Date.now());
  const { items } = await step('list-cases', { state: 'open' }, null);
  const { caseId } = items.find(({ subject }: { subject: string }) => subject === orderId);
  await step('resolve-case', { caseId, note: reason }, caseId);
  await step('export-orders', { firstDay: '2026-03-01', lastDay: '2026-03-02' }, '2026-03-01:2026-03-02');

  const kept = await stage.db.query<{ action: string; target: string }>(
    'SELECT action, target FROM audit_log WHERE actor = ? ORDER BY seq',
    [operator.id],
  );
  expect(kept.map(({ action, target }) => [action, target])).toEqual(done);
});
