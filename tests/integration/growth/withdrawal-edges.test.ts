import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { getReferral } from '../../../shared/growth/get-referral.ts';
import { readGrowthSettings } from '../../../shared/growth/growth-settings.ts';
import { requestWithdrawal } from '../../../shared/growth/request-withdrawal.ts';
import { newId } from '../../../shared/id.ts';
import { decideWithdrawal, type WithdrawalDecision } from '../../../shared/ops/decide-withdrawal.ts';
import { saveGrowth } from '../../../shared/ops/save-growth.ts';
import { NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { whileLocked } from '../auth/while-locked.ts';

const LEAST_FEN = 200;
let product: ProductDatabase;
let db: Database;
beforeAll(async () => {
  product = await productDatabase();
  db = product.db;
  await db.write('UPDATE growth_settings SET least_withdrawal_fen = ? WHERE id = 1', [LEAST_FEN]);
});
afterAll(() => product.close());

let keys = 0;
const sealKey = Buffer.alloc(32, 7);
async function merchantWith(balanceFen: number): Promise<string> {
  const merchantId = await newMerchant(db);
  await getReferral(db, merchantId, { limit: 20 }, NOW_MS);
  await db.write('UPDATE referral_accounts SET balance_fen = ? WHERE merchant_id = ?', [balanceFen, merchantId]);
  return merchantId;
}
const ask = (merchantId: string, amountFen: number, idempotencyKey = `w-${++keys}`) =>
  requestWithdrawal(db, async () => sealKey, {
    ...{ merchantId, amountFen, method: 'alipay', payeeName: '王小明', payeeAccount: '13800000000', idempotencyKey },
    ...{ requestHash: 'a'.repeat(64), nowMs: NOW_MS },
  });
const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'failed',
  );
const write = (nowMs = NOW_MS) => ({
  ...{ operatorId: `mch_op${++keys}`, action: 'decide-withdrawal', idempotencyKey: `d-${keys}` },
  ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs },
});
const decide = (withdrawalId: string, state: WithdrawalDecision['state'], nowMs = NOW_MS, by = db) =>
  outcomeOf(decideWithdrawal(by, { withdrawalId, state, reference: `R-${state}`, reason: '核对' }, write(nowMs)));
const balanceOf = async (merchantId: string) =>
  (
    await db.query<{ n: number }>('SELECT balance_fen AS n FROM referral_accounts WHERE merchant_id = ?', [merchantId])
  )[0]?.n;
const withdrawalOf = async (id: string) =>
  (
    await db.query<Record<string, unknown>>(
      `SELECT state, approved_at, ended_at, reference, open_of IS NOT NULL AS isOpen, payee_sealed IS NOT NULL AS isSealed
       FROM withdrawals WHERE id = ?`,
      [id],
    )
  )[0];

it.each([
  ['a fen less than the least', 700, LEAST_FEN - 1, 'VALIDATION_FAILED', 700],
  ['the least', 700, LEAST_FEN, 'done', 500],
  ['all there is', 700, 700, 'done', 0],
  ['a fen more than there is', 700, 701, 'BALANCE_SHORT', 700],
])('a withdrawal of %s', async (_, balance, amount, outcome, left) => {
  const merchantId = await merchantWith(balance);
  expect(await outcomeOf(ask(merchantId, amount))).toBe(outcome);
  expect(await balanceOf(merchantId)).toBe(left);
});

it('is one’s own alone: another merchant’s key, open withdrawal and balance are nothing to it', async () => {
  const [one, two] = [await merchantWith(500), await merchantWith(500)];
  const first = await ask(one, 300, 'same');
  const second = await ask(two, 400, 'same');
  expect(second.withdrawalId).not.toBe(first.withdrawalId);
  expect([await balanceOf(one), await balanceOf(two)]).toEqual([200, 100]);
  expect((await ask(one, 300, 'same')).withdrawalId).toBe(first.withdrawalId);
  expect(await outcomeOf(ask(one, 200, 'another'))).toBe('WITHDRAWAL_OPEN');
  expect(await decide(first.withdrawalId, 'rejected')).toBe('done');
  expect(await outcomeOf(ask(one, 200, 'another'))).toBe('done');
  expect([await balanceOf(one), await balanceOf(two)]).toEqual([300, 100]);
});

it('whoever has closed the account is not paid out', async () => {
  const merchantId = await merchantWith(500);
  await db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [sqlTime(NOW_MS), merchantId]);
  expect(await outcomeOf(ask(merchantId, 300))).toBe('NOT_SIGNED_IN');
  expect(await balanceOf(merchantId)).toBe(500);
});

const OPEN = { approved_at: null, ended_at: null, reference: null, isOpen: 1, isSealed: 1 };
const APPROVED = { ...OPEN, state: 'approved', approved_at: NOW_MS, reference: 'R-approved' };
const REJECTED = { ...OPEN, state: 'rejected', ended_at: NOW_MS, reference: 'R-rejected', isOpen: 0, isSealed: 0 };
const PAID = { ...APPROVED, state: 'paid', ended_at: NOW_MS + 1, reference: 'R-paid', isOpen: 0 };
it.each([
  ['is not paid before it was approved', ['paid'], ['WITHDRAWAL_ENDED'], { ...OPEN, state: 'requested' }, 200],
  ['is approved once', ['approved', 'approved'], ['done', 'WITHDRAWAL_ENDED'], APPROVED, 200],
  ['is rejected once', ['rejected', 'rejected'], ['done', 'WITHDRAWAL_ENDED'], REJECTED, 500],
  ['that was rejected is not approved', ['rejected', 'approved'], ['done', 'WITHDRAWAL_ENDED'], REJECTED, 500],
  ['that was rejected at once is not paid', ['rejected', 'paid'], ['done', 'WITHDRAWAL_ENDED'], REJECTED, 500],
  ['is paid once', ['approved', 'paid', 'paid'], ['done', 'done', 'WITHDRAWAL_ENDED'], PAID, 200],
  ['that was paid is not rejected', ['approved', 'paid', 'rejected'], ['done', 'done', 'WITHDRAWAL_ENDED'], PAID, 200],
  [
    ...(['that was approved may still be rejected', ['approved', 'rejected'], ['done', 'done']] as const),
    ...([{ ...REJECTED, approved_at: NOW_MS, ended_at: NOW_MS + 1 }, 500] as const),
  ],
  [
    ...(['that was rejected after it had been paid is paid', ['approved', 'rejected', 'paid']] as const),
    ...([['done', 'done', 'done'], { ...PAID, ended_at: NOW_MS + 2, isSealed: 0 }, 200] as const),
  ],
] as const)('a withdrawal %s', async (_, states, outcomes, row, balance) => {
  const merchantId = await merchantWith(500);
  const { withdrawalId } = await ask(merchantId, 300);
  const told: string[] = [];
  for (const [n, state] of states.entries()) told.push(await decide(withdrawalId, state, NOW_MS + n));
  expect(told).toEqual(outcomes);
  expect(await withdrawalOf(withdrawalId)).toEqual(row);
  expect(await balanceOf(merchantId)).toBe(balance);
  const moves = await db.query<{ n: number }>(
    'SELECT COALESCE(SUM(amount), 0) + 500 AS n FROM referral_entries WHERE merchant_id = ?',
    [merchantId],
  );
  expect(Number(moves[0]?.n), 'the ledger says the same').toBe(balance);
});

it.each([
  [0, 'done'],
  [-1, 'BALANCE_SHORT'],
])('with a balance of %i left an approval is %s', async (balance, outcome) => {
  const merchantId = await merchantWith(300);
  const { withdrawalId } = await ask(merchantId, 300);
  await db.write('UPDATE referral_accounts SET balance_fen = ? WHERE merchant_id = ?', [balance, merchantId]);
  expect(await decide(withdrawalId, 'approved')).toBe(outcome);
});

it('two who reject it at once give it back once', async () => {
  const merchantId = await merchantWith(500);
  const { withdrawalId } = await ask(merchantId, 300);
  const sql = 'SELECT merchant_id FROM accounts WHERE merchant_id = ? FOR UPDATE';
  const told = await whileLocked(product, { sql, values: [merchantId], waiters: 2 }, () =>
    Promise.all(product.connections(2).map((by) => decide(withdrawalId, 'rejected', NOW_MS, by))),
  );
  expect(told.sort()).toEqual(['WITHDRAWAL_ENDED', 'done']);
  expect(await balanceOf(merchantId)).toBe(500);
});

it('one that nobody asked for is not there, and no line of the audit log says that it was decided', async () => {
  const withdrawalId = newId('wdr_', NOW_MS);
  expect(await decide(withdrawalId, 'approved')).toBe('NOT_FOUND');
  expect(await db.query('SELECT action FROM audit_log WHERE target = ?', [withdrawalId])).toEqual([]);
});

it('two who save what growth gives at once save once, and the later save has the later moment whatever its clock', async () => {
  const settings = await readGrowthSettings(db);
  const savedAt = async () =>
    (await db.query<{ at: number | null }>('SELECT saved_at AS at FROM growth_settings'))[0]?.at ?? undefined;
  const save = (by: Database, welcomeCredits: number, baseSavedAtMs: number | undefined, nowMs = NOW_MS) =>
    outcomeOf(
      saveGrowth(
        by,
        { ...settings, welcomeCredits, reason: '试', ...(baseSavedAtMs !== undefined && { baseSavedAtMs }) },
        { ...write(nowMs), action: 'save-growth' },
      ),
    );
  expect(await save(db, 11, undefined)).toBe('done');
  const base = await savedAt();
  const held = { sql: 'SELECT id FROM growth_settings WHERE id = ? FOR UPDATE', values: [1], waiters: 2 };
  const both = () => Promise.all(product.connections(2).map((by, n) => save(by, 12 + n, base, NOW_MS + 5 + n)));
  const told = await whileLocked(product, held, both);
  expect(told.sort()).toEqual(['SETTINGS_CHANGED', 'done']);
  const newer = (await savedAt()) ?? 0;
  expect(await save(db, 14, newer, NOW_MS)).toBe('done');
  expect(await savedAt()).toBe(newer + 1);
});
