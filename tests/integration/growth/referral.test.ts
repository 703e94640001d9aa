import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryChannel } from '../../../scripts/soak/memory-channel.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { getReferral } from '../../../shared/growth/get-referral.ts';
import { requestWithdrawal } from '../../../shared/growth/request-withdrawal.ts';
import { settleCommission, settleCommissions } from '../../../shared/growth/settle-commissions.ts';
import { newId } from '../../../shared/id.ts';
import { listReferrals } from '../../../shared/ops/list-referrals.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { refundOrder } from '../../../shared/payments/refund-order.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { settleRefund } from '../../../shared/payments/settle-refund.ts';
import { queryQuota } from '../../../shared/quota/query-quota.ts';
import { createTask } from '../../../shared/tasks/create-task.ts';
import { planRequest } from '../../fixtures/plan-request.ts';
import {
  DAY_MS,
  NOW_MS,
  newMerchant,
  type ProductDatabase,
  productDatabase,
  taskRequest,
} from '../../fixtures/product-database.ts';
import { readBy } from '../../fixtures/rows-read.ts';
import { openPlain } from '../database/one-merchant/touched-rows.ts';

/** What commission comes to, among others who do it at once: without the functions around it. */
let product: ProductDatabase;
let holder: Connection;
beforeAll(async () => {
  product = await productDatabase();
  holder = await openPlain(product.secret);
});
afterAll(async () => {
  await holder.end();
  await product.close();
});

const channel = memoryChannel('wechat', () => NOW_MS);
const channels = () => Promise.resolve(channel);
const notifyUrl = () => 'https://api.example.com/v1/pay-callback-wechat';
const SHARE_FEN = 1485;
const RELEASED_MS = NOW_MS + 7 * DAY_MS;

let keys = 0;
const key = () => `referral-${++keys}`;
const payAs = (commissionUnit: 'fen' | 'credits') =>
  product.db.write('UPDATE growth_settings SET commission_unit = ? WHERE id = 1', [commissionUnit]);
const book = (nowMs = NOW_MS) => settleCommissions(product.db, nowMs);

/** A merchant with a code, and how to bring others by it. */
async function newInviter() {
  const inviter = await newMerchant(product.db);
  await getReferral(product.db, inviter, { limit: 20 }, NOW_MS);
  return inviter;
}

async function newInvitee(inviter: string): Promise<string> {
  const invitee = await newMerchant(product.db);
  await product.db.write('INSERT INTO referrals (merchant_id, inviter_id, created_at) VALUES (?, ?, ?)', [
    ...[invitee, inviter, sqlTime(NOW_MS)],
  ]);
  return invitee;
}

/** An order is paid, by somebody if it matters. @returns the order */
async function pay(merchant: string, payerHash?: string, nowMs = NOW_MS, how?: 'hold'): Promise<string> {
  const request = planRequest(merchant, { idempotencyKey: key() });
  const { orderId } = await purchaseMembership(product.db, channel, request);
  const notice = channel.pay(orderId);
  await settleOrder(product.db, { ...notice, ...(payerHash !== undefined && { payerHash }) }, 'notify', nowMs, how);
  return orderId;
}

/** With the code that the merchant's own phone was sent. */
async function deleteAccount(merchant: string, nowMs: number): Promise<void> {
  const [row] = await product.db.query<{ phone: string }>('SELECT phone FROM merchants WHERE id = ?', [merchant]);
  const phone = row?.phone ?? '';
  const hash = payer();
  await product.db.write(
    "INSERT INTO login_codes (id, phone, address, code_hash, created_at, expires_at) VALUES (?, ?, '', ?, ?, ?)",
    [newId('cod_', nowMs), phone, hash, sqlTime(nowMs), sqlTime(nowMs + 60_000)],
  );
  const params = [merchant, phone, hash, payer(), sqlTime(nowMs), sqlTime(nowMs + DAY_MS)];
  expect(await product.db.callProcedure('delete_account_v2', params)).toMatchObject({ outcome: 'deleted' });
}

const giveBack = (orderId: string, mode: 'whole' | 'unused', nowMs = NOW_MS) =>
  refundOrder(product.db, channels, notifyUrl, {
    ...{ orderId, mode, reason: '客户申请', operatorId: 'mch_operator', idempotencyKey: key() },
    ...{ requestHash: 'a'.repeat(64), requestId: 'req_1', nowMs },
  });

const commissionOf = async (orderId: string) => {
  const [row] = await product.db.query<{ state: string }>(
    'SELECT state, unit, amount, reversed, refusal FROM referral_commissions WHERE order_id = ?',
    [orderId],
  );
  return row;
};
const standing = async (merchant: string) => {
  const { balanceFen, frozenFen, frozenCredits, owedCredits } = await getReferral(
    product.db,
    merchant,
    { limit: 20 },
    NOW_MS,
  );
  return { balanceFen, frozenFen, frozenCredits, owedCredits };
};
const payer = () => newId('', NOW_MS).padStart(64, '0').toLowerCase();

/** Pays, books and releases: a merchant who has earned `SHARE_FEN`, and the order. */
async function earned(): Promise<{ inviter: string; orderId: string }> {
  const inviter = await newInviter();
  const orderId = await pay(await newInvitee(inviter));
  await book();
  await book(RELEASED_MS);
  return { inviter, orderId };
}

describe('a commission', () => {
  it('is 15 % of the first order that is paid, frozen for seven days, then the inviter’s; a second order earns nothing', async () => {
    const inviter = await newInviter();
    const invitee = await newInvitee(inviter);
    const first = await pay(invitee);
    const second = await pay(invitee);
    expect(await book()).toEqual({ commissions: 1, failures: [] });
    expect(await commissionOf(first)).toMatchObject({ state: 'frozen', unit: 'fen', amount: SHARE_FEN, reversed: 0 });
    expect(await commissionOf(second)).toBeUndefined();
    await book(RELEASED_MS - 1);
    expect(await standing(inviter)).toMatchObject({ balanceFen: 0, frozenFen: SHARE_FEN });
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: SHARE_FEN, frozenFen: 0 });
    expect(await product.db.query('SELECT seq FROM referral_outbox')).toEqual([]);
    expect(await product.audit()).toEqual([]);
  });

  it('is booked and released once by sixteen who do it at once', async () => {
    const inviter = await newInviter();
    const orderId = await pay(await newInvitee(inviter));
    const atOnce = (nowMs: number) =>
      Promise.all(product.connections(16).map((db) => settleCommission(db, orderId, nowMs)));
    expect((await atOnce(NOW_MS)).filter((one) => one === 'frozen')).toHaveLength(1);
    // All of them have begun before the first may end.
    await holder.query('START TRANSACTION');
    await holder.query('SELECT 1 FROM referral_accounts WHERE merchant_id = ? FOR UPDATE', [inviter]);
    const releasing = atOnce(RELEASED_MS);
    await sleep(400);
    await holder.query('ROLLBACK');
    expect((await releasing).filter((one) => one === 'released')).toHaveLength(1);
    expect(await standing(inviter)).toMatchObject({ balanceFen: SHARE_FEN });
    expect(await product.audit()).toEqual([]);
    await book();
  });

  it('is changed by no look at the order that is older than the one before', async () => {
    const inviter = await newInviter();
    const orderId = await pay(await newInvitee(inviter));
    await book();
    const lookAt = async (changes: number, refundedFen: number): Promise<string> => {
      const { outcome } = await product.db.callProcedure<{ outcome: string }>('settle_commission_v2', [
        ...[inviter, orderId, changes, 9900, refundedFen, 100, 'member', sqlTime(NOW_MS), null, 0, 0, 1500, 'fen', 90],
        ...[newId('cms_', NOW_MS), newId('lot_', NOW_MS), sqlTime(NOW_MS)],
      ]);
      return outcome;
    };
    expect([await lookAt(2, 9900), await lookAt(1, 0)]).toEqual(['adjusted', 'unchanged']);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen', amount: SHARE_FEN, reversed: SHARE_FEN });
    // A refund that was refused again: the newer look finds nothing to change, and the older one, which comes later, must not either.
    expect([await lookAt(3, 0), await lookAt(5, 0), await lookAt(4, 9900)]).toEqual([
      'adjusted',
      'unchanged',
      'unchanged',
    ]);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen', amount: SHARE_FEN, reversed: 0 });
  });

  it('is of one order when two are paid at once', async () => {
    const inviter = await newInviter();
    const invitee = await newInvitee(inviter);
    await product.db.write(
      `INSERT INTO plans (id, name_zh, name_en, amount_fen, credits, days, access, on_sale, position)
       SELECT 'other_99', name_zh, name_en, amount_fen, credits, days, access, on_sale, 9 FROM plans WHERE id = 'monthly_99'`,
    );
    const notices = [];
    for (const planId of ['monthly_99', 'other_99']) {
      const request = planRequest(invitee, { planId, idempotencyKey: key() });
      notices.push(channel.pay((await purchaseMembership(product.db, channel, request)).orderId));
    }
    const connections = product.connections(2);
    const settled = await Promise.all(
      notices.map((notice, n) => settleOrder(connections[n] ?? product.db, notice, 'notify', NOW_MS)),
    );
    expect(settled).toEqual(['granted', 'granted']);
    await book();
    const rows = await product.db.query('SELECT id FROM referral_commissions WHERE merchant_id = ?', [inviter]);
    expect(rows).toHaveLength(1);
    expect(await product.audit()).toEqual([]);
  });

  it('is not lost where booking fails: it waits a minute in the outbox', async () => {
    const inviter = await newInviter();
    const orderId = await pay(await newInvitee(inviter));
    await holder.query(`CREATE TRIGGER broken BEFORE INSERT ON referral_commissions FOR EACH ROW
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'broken by this test'`);
    expect((await book()).failures).toHaveLength(1);
    await holder.query('DROP TRIGGER broken');
    expect(await book()).toEqual({ commissions: 0, failures: [] });
    await book(NOW_MS + 60_000);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen' });
  });

  it('stops nobody else where nothing of it can be read or put off: all of that is told, none of it thrown', async () => {
    const inviter = await newInviter();
    const orderId = await pay(await newInvitee(inviter));
    const broken = {
      ...product.db,
      query: async () => Promise.reject(new Error('no reading')),
    };
    expect((await settleCommissions(broken, NOW_MS)).failures).toHaveLength(2);
    const neither = {
      ...product.db,
      callProcedure: async () => Promise.reject(new Error('no booking')),
      write: async () => Promise.reject(new Error('no writing')),
    };
    expect((await settleCommissions(neither, NOW_MS)).failures).toMatchObject([
      { message: 'no booking' },
      { message: 'no writing' },
    ]);
    await book();
    expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen' });
  });

  it('waits for nobody but the inviter: rows of the one who paid may be held', async () => {
    const inviter = await newInviter();
    const invitee = await newInvitee(inviter);
    const orderId = await pay(invitee);
    await holder.query('START TRANSACTION');
    for (const table of ['accounts', 'orders', 'payments', 'referrals', 'quota_lots'])
      await holder.query(`SELECT 1 FROM ${table} WHERE merchant_id = ? FOR UPDATE`, [invitee]);
    expect(await settleCommission(product.db, orderId, NOW_MS)).toBe('frozen');
    expect(await settleCommission(product.db, orderId, RELEASED_MS)).toBe('released');
    await holder.query('ROLLBACK');
    await book();
  });

  it('earns nothing while referral is off, and keeps the rate of the payment when that changes before it is booked', async () => {
    const inviter = await newInviter();
    await product.db.write('UPDATE growth_settings SET referral_on = 0 WHERE id = 1');
    const off = await pay(await newInvitee(inviter));
    await product.db.write('UPDATE growth_settings SET referral_on = 1, commission_bp = 1000 WHERE id = 1');
    const on = await pay(await newInvitee(inviter));
    await product.db.write('UPDATE growth_settings SET commission_bp = 1500 WHERE id = 1');
    await book();
    expect([await commissionOf(off), await commissionOf(on)]).toMatchObject([undefined, { amount: 990 }]);
  });
});

describe('nobody earns by paying themselves', () => {
  it('a payer who is the inviter, or has paid for somebody else before, earns nothing', async () => {
    const inviter = await newInviter();
    const [mine, known] = [payer(), payer()];
    await pay(inviter, mine);
    await pay(await newMerchant(product.db), known);
    const [own, others, fresh] = [
      await pay(await newInvitee(inviter), mine),
      await pay(await newInvitee(inviter), known, NOW_MS + 1),
      await pay(await newInvitee(inviter), payer()),
    ];
    await book(NOW_MS + 1);
    expect(await commissionOf(own)).toMatchObject({ state: 'void', refusal: 'own_payer' });
    expect(await commissionOf(others)).toMatchObject({ state: 'void', refusal: 'known_payer' });
    expect(await commissionOf(fresh)).toMatchObject({ state: 'frozen', refusal: null });
    // Twice by the same person, one for each of two who were invited: a customer is new once.
    const twice = payer();
    const orders = [await pay(await newInvitee(inviter), twice), await pay(await newInvitee(inviter), twice)];
    await book();
    const states = (await Promise.all(orders.map(commissionOf))).map((one) => one?.state);
    expect(states.sort()).toEqual(['frozen', 'void']);
  });

  it('an inviter who pays as the same person while it is frozen loses it', async () => {
    const inviter = await newInviter();
    const same = payer();
    const orderId = await pay(await newInvitee(inviter), same);
    await book();
    await pay(inviter, same);
    await book(RELEASED_MS);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'void', refusal: 'own_payer' });
    expect(await standing(inviter)).toMatchObject({ balanceFen: 0, frozenFen: 0 });
  });

  it('an inviter who has deleted the account is given nothing, then or at the release', async () => {
    const inviter = await newInviter();
    const early = await pay(await newInvitee(inviter));
    await book();
    await product.db.write('UPDATE accounts SET closed_at = ? WHERE merchant_id = ?', [sqlTime(NOW_MS), inviter]);
    const late = await pay(await newInvitee(inviter));
    await book();
    await book(RELEASED_MS);
    const closed = { state: 'void', refusal: 'closed' };
    expect([await commissionOf(early), await commissionOf(late)]).toMatchObject([closed, closed]);
  });
});

describe('an order that goes back takes its commission with it', () => {
  it('whole before the release, and even before it is booked', async () => {
    const inviter = await newInviter();
    const orders = [await pay(await newInvitee(inviter)), await pay(await newInvitee(inviter))] as const;
    await giveBack(orders[0], 'whole');
    await book();
    await giveBack(orders[1], 'whole');
    await book();
    for (const orderId of orders)
      expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen', reversed: SHARE_FEN });
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: 0, frozenFen: 0 });
    expect(await product.audit()).toEqual([]);
  });

  it('in proportion when a part goes back', async () => {
    const inviter = await newInviter();
    const invitee = await newInvitee(inviter);
    const orderId = await pay(invitee);
    await createTask(product.db, taskRequest(invitee));
    await giveBack(orderId, 'unused');
    await book();
    const [refund] = await product.db.query<{ fen: number }>(
      'SELECT amount_fen AS fen FROM refunds WHERE order_id = ?',
      [orderId],
    );
    const kept = Math.floor((SHARE_FEN * (9900 - (refund?.fen ?? 0))) / 9900);
    expect(kept).toBeGreaterThan(0);
    expect(await commissionOf(orderId)).toMatchObject({ amount: SHARE_FEN, reversed: SHARE_FEN - kept });
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: kept });
  });

  it('after the release as well: the balance falls below nothing, and the next one is set off', async () => {
    const { inviter, orderId } = await earned();
    await product.db.write('UPDATE growth_settings SET least_withdrawal_fen = 100 WHERE id = 1');
    await withdraw(inviter, SHARE_FEN);
    await giveBack(orderId, 'whole', RELEASED_MS);
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: -SHARE_FEN });
    await pay(await newInvitee(inviter));
    await book();
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: 0 });
    expect(await product.audit()).toEqual([]);
  });

  it('and gives it back when the channel refuses the refund for good', async () => {
    const { inviter, orderId } = await earned();
    channel.refundsBegin = 'processing';
    const { refundId } = await giveBack(orderId, 'whole', RELEASED_MS);
    channel.refundsBegin = 'succeeded';
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: 0 });
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, RELEASED_MS);
    await book(RELEASED_MS);
    expect(await standing(inviter)).toMatchObject({ balanceFen: SHARE_FEN });
    expect(await product.audit()).toEqual([]);
  });

  it('is not released while somebody looks at the order', async () => {
    const inviter = await newInviter();
    const orderId = await pay(await newInvitee(inviter));
    await book();
    await product.db.callProcedure('freeze_order_v3', [orderId, 1, sqlTime(NOW_MS), null]);
    await book(RELEASED_MS);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen' });
    await product.db.callProcedure('freeze_order_v3', [orderId, 0, sqlTime(NOW_MS), null]);
    await book(RELEASED_MS + DAY_MS);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'released' });
  });

  it('is not released either when whoever paid deletes the account meanwhile, or had done so: nobody has looked yet', async () => {
    const inviter = await newInviter();
    const [heldFor, gone] = [await newInvitee(inviter), await newInvitee(inviter)];
    const held = await pay(heldFor, undefined, NOW_MS, 'hold');
    const late = planRequest(gone, { idempotencyKey: key() });
    const { orderId: ownerless } = await purchaseMembership(product.db, channel, late);
    // Closed at its channel, as far as anybody knows.
    await product.db.write("UPDATE order_attempts SET state = 'closed', query_at = NULL WHERE order_id = ?", [
      ownerless,
    ]);
    await deleteAccount(heldFor, NOW_MS + 1);
    await deleteAccount(gone, NOW_MS + 1);
    expect(await settleOrder(product.db, channel.pay(ownerless), 'notify', NOW_MS + 2)).toBe('ownerless');
    await book(NOW_MS + 2);
    await book(RELEASED_MS + 2);
    for (const orderId of [held, ownerless]) expect(await commissionOf(orderId)).toMatchObject({ state: 'frozen' });
    await giveBack(ownerless, 'whole', RELEASED_MS + 3);
    await book(RELEASED_MS + 2 + DAY_MS);
    expect(await commissionOf(ownerless)).toMatchObject({ state: 'released', reversed: SHARE_FEN });
    expect(await standing(inviter)).toMatchObject({ balanceFen: 0 });
  });

  it('is released all the same when whoever paid simply deletes the account', async () => {
    const inviter = await newInviter();
    const invitee = await newInvitee(inviter);
    const orderId = await pay(invitee);
    await book();
    await deleteAccount(invitee, NOW_MS + 1);
    await book(RELEASED_MS);
    expect(await commissionOf(orderId)).toMatchObject({ state: 'released', reversed: 0 });
    expect(await product.audit()).toEqual([]);
  });
});

describe('a commission in credits', () => {
  it('becomes a lot; what of it was spent before its order went back is owed, and set off', async () => {
    await payAs('credits');
    const inviter = await newInviter();
    const orderId = await pay(await newInvitee(inviter));
    await book();
    expect(await standing(inviter)).toMatchObject({ frozenCredits: 15, frozenFen: 0 });
    await book(RELEASED_MS);
    const available = async () => (await queryQuota(product.db, inviter, RELEASED_MS)).available;
    expect(await available()).toBe(15);
    await createTask(product.db, { ...taskRequest(inviter), nowMs: RELEASED_MS });
    const left = await available();
    expect(left).toBeLessThan(15);
    await giveBack(orderId, 'whole', RELEASED_MS);
    await book(RELEASED_MS);
    expect([await available(), (await standing(inviter)).owedCredits]).toEqual([0, 15 - left]);
    await pay(await newInvitee(inviter));
    await book();
    await book(RELEASED_MS);
    expect([await available(), (await standing(inviter)).owedCredits]).toEqual([left, 0]);
    await payAs('fen');
    expect(await product.audit()).toEqual([]);
  });

  it('is taken back out of every lot that it became, when a refund was refused and another one was not', async () => {
    await payAs('credits');
    const { inviter, orderId, refundId } = await partlyReversed();
    expect(await availableTo(inviter)).toBe(1);
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, RELEASED_MS);
    await book(RELEASED_MS);
    expect(await availableTo(inviter)).toBe(15);
    expect(await lotsOf(inviter)).toHaveLength(2);
    await giveBack(orderId, 'whole', RELEASED_MS);
    await book(RELEASED_MS);
    expect([await availableTo(inviter), (await standing(inviter)).owedCredits]).toEqual([0, 0]);
    await payAs('fen');
    expect(await product.audit()).toEqual([]);
  });

  it('makes no lot again for an inviter who has deleted the account', async () => {
    await payAs('credits');
    const { inviter, refundId } = await partlyReversed();
    await deleteAccount(inviter, RELEASED_MS + 1);
    await settleRefund(product.db, { channel: 'wechat', refundId, state: 'closed' }, RELEASED_MS + 2);
    expect(await book(RELEASED_MS + 2)).toEqual({ commissions: 0, failures: [] });
    expect(await lotsOf(inviter)).toMatchObject([{ remaining: 0 }]);
    await payAs('fen');
    expect(await product.audit()).toEqual([]);
  });
});

const availableTo = async (merchant: string) => (await queryQuota(product.db, merchant, RELEASED_MS)).available;
const lotsOf = (merchant: string) =>
  product.db.query("SELECT remaining FROM quota_lots WHERE merchant_id = ? AND source_key LIKE 'referral:%'", [
    merchant,
  ]);

/** In credits: released, then a part of its order is on its way back. */
async function partlyReversed() {
  const inviter = await newInviter();
  const invitee = await newInvitee(inviter);
  const orderId = await pay(invitee);
  // Eight of a hundred: one of the inviter's fifteen stays.
  for (let n = 0; n < 8; n++) await createTask(product.db, taskRequest(invitee));
  await book();
  await book(RELEASED_MS);
  channel.refundsBegin = 'processing';
  const { refundId } = await giveBack(orderId, 'unused', RELEASED_MS);
  channel.refundsBegin = 'succeeded';
  await book(RELEASED_MS);
  return { inviter, orderId, refundId };
}

const sealKey = Buffer.alloc(32, 7);
const withdraw = (merchantId: string, amountFen: number, idempotencyKey = key(), db = product.db) =>
  requestWithdrawal(db, async () => sealKey, {
    ...{ merchantId, amountFen, method: 'alipay', payeeName: '王小明', payeeAccount: '13800000000', idempotencyKey },
    ...{ requestHash: 'a'.repeat(64), nowMs: RELEASED_MS },
  });

it('of sixteen withdrawals at once one is asked for, and the same key answers the same', async () => {
  const { inviter } = await earned();
  const shared = key();
  const outcomes = await Promise.allSettled(
    product.connections(16).map((db, n) => withdraw(inviter, 500, n % 2 ? shared : key(), db)),
  );
  const ids = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.withdrawalId] : []));
  expect(new Set(ids).size).toBe(1);
  for (const one of outcomes) if (one.status === 'rejected') expect(one.reason.code).toBe('WITHDRAWAL_OPEN');
  expect(await standing(inviter)).toMatchObject({ balanceFen: SHARE_FEN - 500 });
  expect(await product.audit()).toEqual([]);
});

it('a withdrawal keeps its request’s hash keyed: the plain one would tell payees to whoever tries them out', async () => {
  const { inviter } = await earned();
  const { withdrawalId } = await withdraw(inviter, 500);
  const [row] = await product.db.query<{ hash: string }>('SELECT request_hash AS hash FROM withdrawals WHERE id = ?', [
    withdrawalId,
  ]);
  expect(row?.hash).toBe(createHmac('sha256', sealKey).update('a'.repeat(64)).digest('hex'));
});

it('an audit finds a balance without its entries, and a commission that was booked twice', async () => {
  const { inviter, orderId } = await earned();
  await product.db.write('UPDATE referral_accounts SET balance_fen = balance_fen + 1 WHERE merchant_id = ?', [inviter]);
  expect(await product.audit()).toMatchObject([{ rule: 'I1', row: { merchant: inviter } }]);
  await product.db.write('UPDATE referral_accounts SET balance_fen = balance_fen - 1 WHERE merchant_id = ?', [inviter]);
  await product.db.write('UPDATE referral_commissions SET amount = amount + 1 WHERE order_id = ?', [orderId]);
  expect(await product.audit()).toMatchObject([{ rule: 'I3', row: { state: 'released' } }]);
  await product.db.write('UPDATE referral_commissions SET amount = amount - 1 WHERE order_id = ?', [orderId]);
});

it('booking and listing find their rows by an index among two thousand', async () => {
  const each = `FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT n FROM s) a
    JOIN (SELECT 0 AS m UNION SELECT 1) b`;
  const id = (prefix: string) => `CONCAT('${prefix}_00', LPAD(n + 1000 * m, 24, '0'))`;
  const at = sqlTime(NOW_MS - 100 * DAY_MS);
  await product.db.write(`INSERT INTO referrals (merchant_id, inviter_id, first_order_id, created_at)
     SELECT ${id('mch')}, 'mch_other', ${id('ord')}, '${at}' ${each}`);
  await product.db.write(
    `INSERT INTO referral_commissions (id, merchant_id, order_id, state, unit, commission_bp, amount, reversed, credit_days, seen,
       created_at, ended_at)
     SELECT ${id('cms')}, ${id('mch')}, ${id('ord')}, 'released', 'fen', 1500, 1, 0, 90, 1, '${at}', '${at}' ${each}`,
  );
  await product.db.query('ANALYZE TABLE referrals, referral_commissions, referral_outbox, payments, orders');
  const inviter = await newInviter();
  const orderId = await pay(await newInvitee(inviter), payer());
  expect(await readBy(product.db, () => book())).toBeLessThan(100);
  expect(await readBy(product.db, () => settleCommission(product.db, orderId, RELEASED_MS))).toBeLessThan(60);
  expect(await readBy(product.db, () => getReferral(product.db, inviter, { limit: 20 }, NOW_MS))).toBeLessThan(60);
  expect(await readBy(product.db, () => listReferrals(product.db, { state: 'released', limit: 20 }))).toBeLessThan(100);
  expect(await readBy(product.db, () => listReferrals(product.db, { limit: 20 }))).toBeLessThan(100);
  const scan = () => product.db.query("SELECT id FROM referral_commissions WHERE refusal = 'none'");
  expect(await readBy(product.db, scan)).toBeGreaterThan(1500);
});
