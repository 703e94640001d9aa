import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payerDigits } from '../../../scripts/local/cashier/payer-digits.ts';
import { requestWithdrawal } from '../../../shared/contract/referral.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { requestHash } from '../../../shared/http/idempotency.ts';
import { eraseDeleted } from '../../../shared/library/erase-deleted.ts';
import { type ApiMerchant, type ApiStage, codeOf, newPhone, startApiStage } from '../../fixtures/api-stage.ts';
import { newOperator } from '../../fixtures/new-operator.ts';
import { DAY_MS, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { newAddress } from '../auth/auth-stage.ts';

/** Coming by a code, being welcomed, and being paid out, as pages and operators do it. */
let product: ProductDatabase;
let stage: ApiStage;
let operator: ApiMerchant;
beforeAll(async () => {
  product = await productDatabase();
  stage = await startApiStage(product.secret, { cashier: true });
  operator = await newOperator(stage);
});
afterAll(async () => {
  await stage.close();
  await product.close();
});

let keys = 0;
const as = (id: string): ApiMerchant => ({ id, authorization: () => `Bearer ${stage.token({ sub: id })}` });

async function sentCode(phone: string): Promise<string> {
  stage.advance(61_000);
  await stage.send('send-code', { body: { phone }, sourceIp: newAddress() });
  return codeOf(stage, phone);
}
async function logIn(phone: string, inviteCode?: string): Promise<{ id: string; registered: boolean }> {
  const body = { phone, code: await sentCode(phone), consentVersion: '2026-01', tokenIn: 'body', inviteCode };
  const { body: answer } = await stage.send('login', { body, sourceIp: newAddress() });
  return { id: answer.data.account.merchantId, registered: answer.data.registered };
}
async function deleteAccount(phone: string, id: string): Promise<void> {
  const body = { phone, code: await sentCode(phone), understood: true };
  expect((await stage.send('delete-account', { as: as(id), body })).status).toBe(200);
}
const referralOf = async (id: string) => (await stage.send('get-referral', { as: as(id) })).body.data;
const inviterOf = async (id: string): Promise<string | undefined> => {
  const [row] = await stage.db.query<{ inviter: string }>(
    'SELECT inviter_id AS inviter FROM referrals WHERE merchant_id = ?',
    [id],
  );
  return row?.inviter;
};
const seenGrowth = async () => (await stage.send('get-growth', { as: operator })).body.data;
const save = async (over: object, idempotencyKey = `growth-${++keys}`) =>
  stage.send('save-growth', {
    as: operator,
    idempotencyKey,
    body: {
      baseSavedAtMs: (await seenGrowth()).savedAtMs,
      ...{ referralOn: true, commissionBp: 1500, commissionUnit: 'fen', creditDays: 90, leastWithdrawalFen: 10_000 },
      ...{ welcomeOn: false, welcomeCredits: 10, welcomeDays: 30, reason: '活动' },
      ...over,
    },
  });

describe('an invite code', () => {
  it('is the merchant’s own, the same at each look, and binds whoever registers by it', async () => {
    const inviter = await stage.newMerchant();
    const { inviteCode: code } = await referralOf(inviter.id);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(await referralOf(inviter.id)).toMatchObject({
      inviteCode: code,
      invited: 0,
      paying: 0,
      on: true,
      commissionBp: 1500,
    });
    const { id, registered } = await logIn(newPhone(), code);
    expect([registered, await inviterOf(id)]).toEqual([true, inviter.id]);
    expect(await referralOf(inviter.id)).toMatchObject({ invited: 1, paying: 0 });
  });

  it('binds nobody who was here before: no second time, no ring, not oneself', async () => {
    const [phoneA, phoneB] = [newPhone(), newPhone()];
    const a = await logIn(phoneA);
    const codeA = (await referralOf(a.id)).inviteCode;
    const b = await logIn(phoneB, codeA);
    const codeB = (await referralOf(b.id)).inviteCode;
    const other = (await referralOf((await stage.newMerchant()).id)).inviteCode;
    await logIn(phoneA, codeB);
    await logIn(phoneA, codeA);
    await logIn(phoneB, other);
    expect([await inviterOf(a.id), await inviterOf(b.id)]).toEqual([undefined, a.id]);
  });

  it('is passed over when nobody has it, or its merchant is suspended or gone; registering goes on', async () => {
    const [suspended, gone] = [await stage.newMerchant(), await logIn(newPhone())];
    const codes = [(await referralOf(suspended.id)).inviteCode, (await referralOf(gone.id)).inviteCode, '00000000'];
    await stage.db.write("UPDATE merchants SET state = 'suspended' WHERE id = ?", [suspended.id]);
    await stage.db.write("UPDATE merchants SET state = 'deleted' WHERE id = ?", [gone.id]);
    for (const code of codes) {
      const { id, registered } = await logIn(newPhone(), code);
      expect([registered, await inviterOf(id)]).toEqual([true, undefined]);
    }
    const bad = { phone: newPhone(), code: '123456', consentVersion: '2026-01', inviteCode: 'I-am-bad' };
    const { body } = await stage.send('login', { body: bad, sourceIp: newAddress() });
    expect(body.error.fields).toMatchObject([{ path: 'inviteCode', rule: 'format:regex' }]);
  });

  it('binds no phone that comes back after its account was deleted, not to its own old code either', async () => {
    const phone = newPhone();
    const first = await logIn(phone);
    const own = (await referralOf(first.id)).inviteCode;
    await deleteAccount(phone, first.id);
    expect(await inviterOf((await logIn(phone, own)).id)).toBeUndefined();
    const another = (await referralOf((await stage.newMerchant()).id)).inviteCode;
    const second = newPhone();
    await deleteAccount(second, (await logIn(second)).id);
    expect(await inviterOf((await logIn(second, another)).id)).toBeUndefined();
  });
});

describe('credits of welcome', () => {
  it('are given to nobody unless they are on', async () => {
    expect(await stage.available(as((await logIn(newPhone())).id))).toBe(0);
  });

  it('are given once a phone for ever: at the first login, not after a deletion, nor when its hash is forgotten', async () => {
    expect((await save({ welcomeOn: true, welcomeCredits: 7, welcomeDays: 3 })).status).toBe(200);
    const phone = newPhone();
    const first = await logIn(phone);
    expect(await stage.available(as(first.id))).toBe(7);
    await logIn(phone);
    expect(await stage.available(as(first.id))).toBe(7);
    const [lot] = await stage.db.query('SELECT access, expires_at AS endsAtMs FROM quota_lots WHERE merchant_id = ?', [
      first.id,
    ]);
    expect(lot).toMatchObject({ access: 'basic' });
    await deleteAccount(phone, first.id);
    const objects = { delete: async () => undefined };
    for (const afterMs of [0, 3_600_000, 4 * 366 * DAY_MS])
      await eraseDeleted({ db: stage.db, objects: objects as never }, Date.now() + afterMs);
    expect(
      await stage.db.query('SELECT phone_hash AS hash FROM account_deletions WHERE merchant_id = ?', [first.id]),
    ).toEqual([{ hash: null }]);
    expect(await stage.db.query('SELECT 1 FROM welcome_grants WHERE merchant_id = ?', [first.id])).toEqual([]);
    const again = await logIn(phone);
    expect([again.registered, await stage.available(as(again.id))]).toEqual([true, 0]);
    expect(await product.audit()).toEqual([]);
  });

  it('are given once when eight log in for the first time at once', async () => {
    const phone = newPhone();
    const body = { phone, code: await sentCode(phone), consentVersion: '2026-01', tokenIn: 'body' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => (await stage.newInstance('login'))({ body, sourceIp: newAddress() })),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(await stage.available(as(won[0]?.body.data.account.merchantId))).toBe(7);
    await save({});
    expect(await product.audit()).toEqual([]);
  });
});

/** Somebody with a balance, as commissions would have left it. */
async function rich(fen = 20_000): Promise<ApiMerchant> {
  const merchant = await stage.newMerchant();
  await referralOf(merchant.id);
  await stage.db.write('UPDATE referral_accounts SET balance_fen = ? WHERE merchant_id = ?', [fen, merchant.id]);
  await stage.db.write(
    "INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at) VALUES (?, 'release', 'fen', ?, ?, ?)",
    [merchant.id, fen, `test:${merchant.id}`, sqlTime(Date.now())],
  );
  return merchant;
}
const PAYEE = {
  method: 'bank',
  payeeName: '王小明',
  payeeAccount: '6222020200112233445',
  bankName: '工商银行杭州支行',
};
const ask = (by: ApiMerchant, over: object = {}, idempotencyKey = `withdraw-${++keys}`) =>
  stage.send('request-withdrawal', { as: by, idempotencyKey, body: { amountFen: 12_000, ...PAYEE, ...over } });
const decide = (withdrawalId: string, body: object, by = operator) =>
  stage.send('decide-withdrawal', {
    as: by,
    idempotencyKey: `decide-${++keys}`,
    body: { withdrawalId, reason: '核对无误', ...body },
  });
const errorOf = ({ body }: { body: { error?: { code: string } } }): string => body.error?.code ?? 'done';

describe('a withdrawal', () => {
  it('leaves the balance at once, shows the payee masked, and is the same under its key', async () => {
    const merchant = await rich();
    const { status, body } = await ask(merchant, {}, 'once');
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ state: 'requested', amountFen: 12_000, payeeMasked: '王* ****3445' });
    expect((await ask(merchant, {}, 'once')).body.data).toEqual(body.data);
    const input = requestWithdrawal.input.parse({ amountFen: 12_000, ...PAYEE });
    const stored = await stage.db.query<{ hash: string }>('SELECT request_hash AS hash FROM withdrawals');
    expect(stored.map(({ hash }) => hash)).not.toContain(requestHash('request-withdrawal', input));
    expect(errorOf(await ask(merchant, { amountFen: 11_000 }, 'once'))).toBe('IDEMPOTENCY_CONFLICT');
    expect(errorOf(await ask(merchant))).toBe('WITHDRAWAL_OPEN');
    expect(await referralOf(merchant.id)).toMatchObject({ balanceFen: 8000, withdrawals: [body.data] });
  });

  it.each([
    [{ amountFen: 9999 }, 'amountFen', 'min:10000'],
    [{ payeeAccount: '6222-0202' }, 'payeeAccount', 'account'],
    [{ method: 'alipay' }, 'payeeAccount', 'account'],
    [{ bankName: undefined }, 'bankName', 'bank_only'],
  ])('of %o is refused, and the field is named', async (over, path, rule) => {
    const { body } = await ask(await rich(), over);
    expect(body.error.fields).toContainEqual(expect.objectContaining({ path, rule }));
  });

  it('of more than there is is refused', async () => {
    expect(errorOf(await ask(await rich(11_999)))).toBe('BALANCE_SHORT');
  });

  it('is approved, then paid under a reference, each once', async () => {
    const merchant = await rich();
    const { withdrawalId } = (await ask(merchant)).body.data;
    expect(errorOf(await decide(withdrawalId, { state: 'paid', reference: 'B20260301' }))).toBe('WITHDRAWAL_ENDED');
    expect(errorOf(await decide(withdrawalId, { state: 'approved' }))).toBe('done');
    expect(errorOf(await decide(withdrawalId, { state: 'approved' }))).toBe('WITHDRAWAL_ENDED');
    const without = await decide(withdrawalId, { state: 'paid' });
    expect(without.body.error.fields).toMatchObject([{ path: 'reference', rule: 'paid_only' }]);
    expect(errorOf(await decide(withdrawalId, { state: 'paid', reference: 'B20260301' }))).toBe('done');
    expect(errorOf(await decide(withdrawalId, { state: 'rejected' }))).toBe('WITHDRAWAL_ENDED');
    const { items } = (
      await stage.send('list-referrals', { as: operator, query: { state: 'paid', merchantId: merchant.id } })
    ).body.data;
    expect(items).toMatchObject([{ id: withdrawalId, reference: 'B20260301', amount: 12_000, balanceFen: 8000 }]);
    expect(await product.audit()).toEqual([]);
  });

  it('that was paid although another operator rejected it meanwhile is paid: the amount leaves the balance again, once', async () => {
    const merchant = await rich(24_000);
    const { withdrawalId } = (await ask(merchant)).body.data;
    await decide(withdrawalId, { state: 'approved' });
    expect(errorOf(await decide(withdrawalId, { state: 'rejected' }, await newOperator(stage)))).toBe('done');
    expect(await referralOf(merchant.id)).toMatchObject({ balanceFen: 24_000 });
    const next = (await ask(merchant, { amountFen: 24_000 })).body.data;
    const listed = await stage.send('list-referrals', {
      as: operator,
      query: { state: 'rejected', merchantId: merchant.id },
    });
    expect(listed.body.data.items).toMatchObject([{ id: withdrawalId, approvedAtMs: expect.any(Number) }]);
    const told = { state: 'paid', reference: 'B20260302' };
    expect(errorOf(await decide(withdrawalId, told))).toBe('done');
    expect(errorOf(await decide(withdrawalId, told))).toBe('WITHDRAWAL_ENDED');
    expect(await referralOf(merchant.id)).toMatchObject({ balanceFen: -12_000 });
    expect(await product.audit()).toEqual([]);
    // What was asked for meanwhile is not there, and rejecting it sets that off.
    expect(errorOf(await decide(next.withdrawalId, { state: 'approved' }))).toBe('BALANCE_SHORT');
    expect(errorOf(await decide(next.withdrawalId, { state: 'rejected' }))).toBe('done');
    expect(await referralOf(merchant.id)).toMatchObject({ balanceFen: 12_000 });
    expect(errorOf(await decide(next.withdrawalId, told))).toBe('WITHDRAWAL_ENDED');
    expect(await product.audit()).toEqual([]);
  });

  it('of a balance that fell below nothing meanwhile can only be rejected, which sets it off', async () => {
    const merchant = await rich(12_000);
    const { withdrawalId } = (await ask(merchant)).body.data;
    // An order went back after its commission was released.
    await stage.db.write('UPDATE referral_accounts SET balance_fen = -1485 WHERE merchant_id = ?', [merchant.id]);
    await stage.db.write(
      "INSERT INTO referral_entries (merchant_id, kind, unit, amount, source_key, created_at) VALUES (?, 'reverse', 'fen', -1485, ?, ?)",
      [merchant.id, `reverse:${merchant.id}`, sqlTime(Date.now())],
    );
    expect(errorOf(await decide(withdrawalId, { state: 'approved' }))).toBe('BALANCE_SHORT');
    expect(errorOf(await decide(withdrawalId, { state: 'rejected' }))).toBe('done');
    expect(await referralOf(merchant.id)).toMatchObject({ balanceFen: 10_515 });
    expect(await product.audit()).toEqual([]);
  });

  it('keeps its payee sealed: masked for all, whole for an operator with a second factor, and each look is kept', async () => {
    const merchant = await rich();
    const { withdrawalId } = (await ask(merchant)).body.data;
    const stored = JSON.stringify(await stage.db.query('SELECT * FROM withdrawals'));
    for (const secret of [PAYEE.payeeAccount, PAYEE.payeeName, PAYEE.bankName]) expect(stored).not.toContain(secret);
    const show = (by: ApiMerchant) => stage.send('show-payee', { as: by, query: { withdrawalId } });
    expect((await show(operator)).body.data).toEqual({ withdrawalId, ...PAYEE });
    const unshown = await newOperator(stage, 'operator', { steppedUp: false });
    const support = await newOperator(stage, 'support');
    expect([errorOf(await show(unshown)), errorOf(await show(support))]).toEqual([
      'STEP_UP_REQUIRED',
      'NOT_AN_OPERATOR',
    ]);
    const looks = await stage.db.query("SELECT actor FROM audit_log WHERE action = 'show-payee' AND target = ?", [
      withdrawalId,
    ]);
    expect(looks).toEqual([{ actor: operator.id }]);
    const listed = JSON.stringify((await stage.send('list-referrals', { as: support })).body.data);
    expect(listed).toContain('王* ****3445');
    expect(listed).not.toContain(PAYEE.payeeAccount);
    // Moved to another withdrawal it does not open; rejected, it is forgotten.
    const other = (await ask(await rich())).body.data.withdrawalId;
    await stage.db.write(
      'UPDATE withdrawals a JOIN withdrawals b ON b.id = ? SET a.payee_sealed = b.payee_sealed WHERE a.id = ?',
      [withdrawalId, other],
    );
    expect((await stage.send('show-payee', { as: operator, query: { withdrawalId: other } })).status).toBe(500);
    await decide(withdrawalId, { state: 'rejected' });
    expect(errorOf(await show(operator))).toBe('NOT_FOUND');
  });
});

it('who pays is kept as a keyed hash alone, whether a notice tells it or the channel was asked', async () => {
  const merchant = await stage.newMerchant();
  const buy = async (fault?: 'lost') => {
    const body = { planId: 'monthly_99', channel: 'wechat' };
    const asked = { as: merchant, idempotencyKey: `buy-${++keys}`, body };
    const { orderId } = (await stage.send('purchase-membership', asked)).body.data;
    stage.cashier.pay(orderId, fault ? { fault } : {});
    await stage.cashier.tick();
    stage.advance(60_000);
    await stage.send('get-order', { as: merchant, query: { orderId } });
    const [row] = await stage.db.query<{ hash: string; source: string }>(
      'SELECT payer_hash AS hash, source FROM payments WHERE order_id = ?',
      [orderId],
    );
    return { orderId, ...row };
  };
  const { hashKey } = stage.secrets['yiying-test-payers'] as { hashKey: string };
  const expected = (orderId: string) => {
    const { appId } = stage.cashier.merchant;
    const payer = `o${appId.slice(2, 10)}-${payerDigits(orderId)}`;
    return createHmac('sha256', Buffer.from(hashKey, 'base64')).update(`wechat\n${appId}\n${payer}`).digest('hex');
  };
  const [told, asked] = [await buy(), await buy('lost')];
  expect(told).toMatchObject({ source: 'notify', hash: expected(told.orderId) });
  expect(asked).toMatchObject({ source: 'query', hash: expected(asked.orderId) });
  expect(asked.hash).not.toBe(told.hash);
});

it('of two operators who saw the same settings the second is told that they changed; a repeated save answers the same', async () => {
  const baseSavedAtMs = (await seenGrowth()).savedAtMs;
  const first = await save({ baseSavedAtMs, creditDays: 60 }, 'first-save');
  expect(first.status).toBe(200);
  expect(errorOf(await save({ baseSavedAtMs, welcomeDays: 3 }))).toBe('SETTINGS_CHANGED');
  expect(errorOf(await save({ baseSavedAtMs: undefined, welcomeDays: 3 }))).toBe('SETTINGS_CHANGED');
  expect((await save({ baseSavedAtMs, creditDays: 60 }, 'first-save')).body.data).toEqual(first.body.data);
  expect(await seenGrowth()).toMatchObject({ creditDays: 60, welcomeDays: 30 });
  await save({});
});

it('what was decided is in the audit log, and nothing of payees in any other', async () => {
  await save({ commissionBp: 2000, reason: '提高佣金' });
  expect(await seenGrowth()).toMatchObject({ commissionBp: 2000, savedBy: operator.id });
  const [row] = await stage.db.query<{ details: string }>(
    "SELECT details_json AS details FROM audit_log WHERE action = 'save-growth' ORDER BY seq DESC LIMIT 1",
  );
  expect(JSON.parse(row?.details ?? '{}')).toEqual({ before: { commissionBp: 1500 }, after: { commissionBp: 2000 } });
  const log = JSON.stringify(await stage.db.query('SELECT * FROM audit_log'));
  expect(log).not.toContain(PAYEE.payeeAccount);
  expect(stage.leaks()).toEqual([]);
});
