import { describe, expect, it } from 'vitest';
import { ApiCallError } from '../../../shared/contract/api-call-error.ts';
import type { Client } from '../../../shared/contract/client.ts';
import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { getOperator, stepUp } from '../../../shared/contract/ops-access.ts';
import { PRESETS } from '../../../shared/media/platforms/presets.ts';
import { withStepUp } from '../../../web/src/console/access/with-step-up.ts';
import { AUDIT_ACTIONS } from '../../../web/src/console/audit-actions.ts';
import { wholeExport } from '../../../web/src/console/exports/whole-export.ts';
import { hashQuery, hashWith } from '../../../web/src/console/hash-query.ts';
import { refundAmounts } from '../../../web/src/console/orders/refund-amounts.ts';
import { sourceText } from '../../../web/src/console/presets/source-text.ts';
import { parseRoute } from '../../../web/src/console/router.ts';

it('where the figures of marketplaces are from is said in Chinese, and what an operator wrote as it was written', () => {
  const shipped = PRESETS.map(({ source }) => source);
  const chinese = shipped.map((source) => sourceText(source, 'zh'));
  expect(chinese.filter((words) => !/\p{Script=Han}/u.test(words))).toEqual([]);
  expect(shipped.map((source) => sourceText(source, 'en'))).toEqual(shipped);
  expect(sourceText('our own shop', 'zh')).toBe('our own shop');
});

const BATCH = 'rdb_01JD0000000000000000000000';

describe('an address of the console', () => {
  it.each([
    ['#/audit?target=x', { page: 'audit' }],
    ['', { page: 'overview' }],
    ['#/invoices?state=issued', { page: 'invoices' }],
    ['#/merchants?phone=1', { page: 'merchants' }],
    ['#/merchants/mch_1', { page: 'merchant', merchantId: 'mch_1' }],
    ['#/merchants/<b>', { page: 'unknown' }],
    ['#/redeem', { page: 'redeem' }],
    ['#/models?state=male-indoor', { page: 'models' }],
    ['#/announcements', { page: 'announcements' }],
    [`#/redeem/${BATCH}`, { page: 'redeem-batch', batchId: BATCH }],
    ['#/account', { page: 'account' }],
    ['#/account/more', { page: 'unknown' }],
    ['#/nothing', { page: 'unknown' }],
    ['#/redeem/a/b', { page: 'unknown' }],
  ])('%s is read', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  it('carries what a list is filtered by, whatever it holds, and nothing that is empty', () => {
    const hash = hashWith('audit', { actor: '', target: 'a&b=c #/?' });
    expect([...hashQuery(hash)]).toEqual([['target', 'a&b=c #/?']]);
    expect(hashWith('audit', { actor: '' })).toBe('#/audit');
    expect(hashQuery('#/audit').size).toBe(0);
  });
});

describe('the audit log', () => {
  it('has words for every operation that it keeps, and for nothing else but what the command line does', () => {
    const kept = OPERATIONS.filter(({ operators }) => operators?.audited).map(({ name }) => name);
    expect(Object.keys(AUDIT_ACTIONS).sort()).toEqual([...kept, 'create-operator', 'reset-totp'].sort());
  });
});

describe('an export', () => {
  const days = { firstDay: '2026-03-01', lastDay: '2026-03-02' };
  const asked: unknown[] = [];
  const inParts = (...parts: (object | Error)[]): Client => {
    const call = async (_operation: unknown, input: unknown): Promise<unknown> => {
      asked.push(input);
      const part = parts.shift();
      if (part instanceof Error) throw part;
      return part;
    };
    return { call } as unknown as Client;
  };
  const { signal } = new AbortController();

  it('is one file of all its parts, each asked for where the one before ended', async () => {
    const client = inParts(
      { fileName: '订单.csv', csv: 'head\r\n1\r\n', nextCursor: 'a' },
      { fileName: '订单.csv', csv: '2\r\n', nextCursor: 'b' },
      { fileName: '订单.csv', csv: 'total\r\n' },
    );
    const whole = await wholeExport(client, 'orders', days, signal);
    expect(whole).toEqual({ fileName: '订单.csv', csv: 'head\r\n1\r\n2\r\ntotal\r\n' });
    expect(asked).toEqual([days, { ...days, cursor: 'a' }, { ...days, cursor: 'b' }]);
  });

  it('whose next part does not come is no file', async () => {
    const client = inParts({ fileName: '订单.csv', csv: 'head\r\n', nextCursor: 'a' }, new Error('gone'));
    await expect(wholeExport(client, 'orders', days, signal)).rejects.toThrow('gone');
  });
});

describe('a call that wants a second factor', () => {
  const refusal = (code: 'STEP_UP_REQUIRED' | 'NOT_AN_OPERATOR') =>
    new ApiCallError({ status: 403, code, message: code });

  function asked(...answers: (object | ApiCallError)[]) {
    const calls: unknown[] = [];
    const call = async (...sent: unknown[]): Promise<unknown> => {
      calls.push(sent);
      const answer = answers.shift();
      if (answer instanceof ApiCallError) throw answer;
      return answer;
    };
    return { calls, client: { call } as unknown as Client };
  }

  it('is made again as it was, under its key, once a code was shown', async () => {
    const { calls, client } = asked(refusal('STEP_UP_REQUIRED'), { steppedUpUntilMs: 1 });
    const options = { idempotencyKey: 'one' };
    const answer = await withStepUp(client, async () => true).call(stepUp, { code: '123456' }, options);
    expect(answer).toEqual({ steppedUpUntilMs: 1 });
    expect(calls).toEqual([
      [stepUp, { code: '123456' }, options],
      [stepUp, { code: '123456' }, options],
    ]);
  });

  it('stays refused when none was shown, and nobody is asked about another refusal', async () => {
    const first = asked(refusal('STEP_UP_REQUIRED'));
    await expect(withStepUp(first.client, async () => false).call(getOperator, {})).rejects.toThrow('STEP_UP_REQUIRED');
    expect(first.calls).toHaveLength(1);
    const second = asked(refusal('NOT_AN_OPERATOR'));
    const ask = () => Promise.reject(new Error('nobody is to be asked'));
    await expect(withStepUp(second.client, ask).call(getOperator, {})).rejects.toThrow('NOT_AN_OPERATOR');
  });
});

describe('what an order would give back', () => {
  const order = { orderId: 'ord_1', amountFen: 9900, refundedFen: 0, credits: 100 };
  const lot = { source: 'pay:wechat:ord_1', remaining: 33, expiresAtMs: 100 };
  const amounts = (orderOver: object, lotOver: object, nowMs = 50) =>
    refundAmounts(
      { order: { ...order, ...orderOver } } as Parameters<typeof refundAmounts>[0],
      {
        lots: [
          { source: 'redeem:ord_1', remaining: 9, expiresAtMs: 100 },
          { ...lot, ...lotOver },
        ],
      } as Parameters<typeof refundAmounts>[1],
      nowMs,
    );

  it.each([
    ['the share of what is left, rounded down', {}, {}, 50, 3267],
    ['never more than is left of the money', { refundedFen: 9000 }, {}, 50, 900],
    ['nothing of a lot that has ended', {}, {}, 100, 0],
    ['nothing of a lot that was revoked', {}, { revokedAtMs: 1 }, 50, 0],
    ['nothing where no lot is its own', {}, { source: 'pay:wechat:ord_2' }, 50, 0],
    ['to the fen', { amountFen: 9999 }, {}, 50, 3299],
  ])('is %s', (_name, orderOver, lotOver, nowMs, unusedFen) => {
    expect(amounts(orderOver, lotOver, nowMs).unusedFen).toBe(unusedFen);
  });

  it('is the rest of the money when all is asked for', () => {
    expect(amounts({ refundedFen: 100 }, {})).toMatchObject({ wholeFen: 9800, credits: 33 });
  });
});
