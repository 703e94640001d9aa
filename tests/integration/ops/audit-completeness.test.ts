import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { newId } from '../../../shared/id.ts';
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
    const input = await prepare?.(
      stage,
      name.endsWith('-totp') || name === 'step-up' ? operator : await newOperator(stage),
    );
    const key = `audited-${++keys}`;
    const answer = await send(operation, operator, input ?? {}, key);
    expect([answer.status < 300, codeOf(answer)]).toEqual([true, 'done']);
    const rows = await rowsOf(operator.id);
    expect(rows.map(({ action }) => action)).toEqual(rules?.audited ? [name] : []);
    for (const { details } of rows) expect(JSON.parse(details)).toBeTypeOf('object');
    if (operation.method !== 'POST') return;

    const again = await send(operation, operator, input ?? {}, key);
    if (SHOWN_ONCE.includes(name)) expect(codeOf(again)).toBe('REDEEM_CODES_SHOWN');
    else expect([again.status, codeOf(again)]).toEqual([answer.status, 'done']);
    expect(await rowsOf(operator.id)).toHaveLength(1);
    if (input && 'reason' in input) expect(rows[0]?.reason).toBe(input['reason']);

    if (name === 'enrol-totp') return; // it takes nothing that could be wrong
    // Refused for certain: the key stands for something else; of what takes no key twice, a batch that nobody made.
    const refused =
      name === 'revoke-redeem-batch'
        ? await send(operation, operator, validInput(name), `audited-${++keys}`)
        : await send(operation, operator, otherThan(input ?? {}), key);
    expect(codeOf(refused)).not.toBe('done');
    expect(await rowsOf(operator.id)).toHaveLength(1);
  });
});
