import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { logIn } from '../../../shared/auth/log-in.ts';
import { loginCodesOf } from '../../../shared/auth/login-codes.ts';
import { sendLoginCode } from '../../../shared/auth/send-login-code.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { DAY_MS, NOW_MS, newMerchant, type ProductDatabase, productDatabase } from '../../fixtures/product-database.ts';
import { newPhone } from './auth-stage.ts';

const key = () => randomBytes(32).toString('base64');
const document = { codeKey: key(), currentKeyId: 'k1', keys: [{ id: 'k1', key: key() }] };
const secrets = { get: async () => document, refresh: async () => document };
const codes = loginCodesOf({ STAGE: 'test' }, secrets);
const tokens = accessTokensOf({ STAGE: 'test' }, secrets);

let product: ProductDatabase;
let phone: string;
beforeAll(async () => {
  product = await productDatabase();
});
afterAll(() => product.close());
beforeEach(() => {
  phone = newPhone();
});

/** Asks for a code, which nothing sends, and comes with it. */
async function come(over: { inviteCode?: string; userAgent?: string } = {}) {
  const { db } = product;
  let code = '';
  const services = { db, codes, captcha: async () => true, dailyBudget: 1000 };
  const log = () => undefined;
  const sms = async (sent: { code: string }) => {
    code = sent.code;
    return { outcome: 'sent' as const, serialNo: '' };
  };
  await sendLoginCode({ ...services, sms }, { phone, address: '', nowMs: NOW_MS, log });
  const attempt = { phone, code, consentVersion: '2026-01', address: '', userAgent: 'Firefox', nowMs: NOW_MS, log };
  return logIn({ db, tokens, codes }, { ...attempt, ...over });
}
const rows = (sql: string, merchantId: string) => product.db.query(sql, [merchantId]);

describe('a first login', () => {
  it('names what it makes by its kind', async () => {
    const { merchantId } = (await come()).account;
    const named = (prefix: string) => [{ id: expect.stringMatching(new RegExp(`^${prefix}_[0-9A-Z]{26}$`)) }];
    expect([{ id: merchantId }]).toEqual(named('mch'));
    expect(await rows('SELECT id FROM sessions WHERE merchant_id = ?', merchantId)).toEqual(named('ses'));
    expect(await rows('SELECT id FROM login_codes WHERE phone = ?', phone)).toEqual(named('cod'));
  });

  it('keeps 255 characters of a browser’s name, none of them cut in half', async () => {
    for (const [userAgent, kept] of [
      ['🦊'.repeat(300), '🦊'.repeat(255)],
      [`${'x'.repeat(254)}🦊🦊`, `${'x'.repeat(254)}🦊`],
      ['', ''],
    ] as const) {
      phone = newPhone();
      const { merchantId } = (await come({ userAgent })).account;
      expect(await rows('SELECT user_agent AS kept FROM sessions WHERE merchant_id = ?', merchantId)).toEqual([
        { kept },
      ]);
    }
  });

  it('is welcomed with a lot of credits where operators say so', async () => {
    const { db } = product;
    await db.write('UPDATE growth_settings SET welcome_on = 1');
    const { merchantId } = (await come()).account;
    await db.write('UPDATE growth_settings SET welcome_on = 0');
    const lots = await rows('SELECT id, amount, expires_at AS atMs FROM quota_lots WHERE merchant_id = ?', merchantId);
    const id = expect.stringMatching(/^lot_[0-9A-Z]{26}$/);
    expect(lots).toEqual([{ id, amount: 10, atMs: NOW_MS + 30 * DAY_MS }]);
  });

  it.each([
    ['active', 1],
    ['suspended', 0],
    ['deleted', 0],
  ])('by the code of a merchant who is %s was an invitation %i times', async (state, times) => {
    const inviterId = await newMerchant(product.db);
    const inviteCode = `CODE${String(phone).slice(-4)}`;
    await product.db.write('UPDATE merchants SET state = ? WHERE id = ?', [state, inviterId]);
    await product.db.write('INSERT INTO referral_accounts (merchant_id, code, created_at) VALUES (?, ?, ?)', [
      ...[inviterId, inviteCode, sqlTime(NOW_MS)],
    ]);
    const { merchantId } = (await come({ inviteCode })).account;
    const invited = await rows('SELECT inviter_id AS inviterId FROM referrals WHERE merchant_id = ?', merchantId);
    expect(invited).toEqual(Array(times).fill({ inviterId }));
  });

  it('by a code that nobody has is one like any other', async () => {
    const { account, registered } = await come({ inviteCode: 'NOBODYS0' });
    expect(registered).toBe(true);
    expect(await rows('SELECT inviter_id FROM referrals WHERE merchant_id = ?', account.merchantId)).toEqual([]);
  });
});
