import { expect, it } from 'vitest';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { getReferral } from '../../../shared/growth/get-referral.ts';
import {
  DAY_MS,
  grantCredits,
  NOW_MS,
  newMerchant,
  productDatabase,
  remainingOf,
} from '../../fixtures/product-database.ts';

it('a commission is taken back out of its own lot alone: what it lacks is owed, and no lot that was bought pays for it', async () => {
  const product = await productDatabase();
  try {
    const inviter = await newMerchant(product.db);
    await getReferral(product.db, inviter, { limit: 20 }, NOW_MS);
    // Keys on both sides of `referral:`.
    const others = [
      await grantCredits(product.db, inviter, 50, { sourceKey: 'pay:wechat:ord_1' }),
      await grantCredits(product.db, inviter, 50, { sourceKey: 'welcome:mch_1' }),
      await grantCredits(product.db, inviter, 50, { sourceKey: 'referral:cms_other:1' }),
    ];
    const look = async (changes: number, refundedFen: number, nowMs: number) =>
      product.db.callProcedure('settle_commission_v2', [
        ...[inviter, 'ord_of_invitee', changes, 9900, refundedFen, 100, 'member', sqlTime(NOW_MS)],
        ...[null, 0, 0, 1500, 'credits', 90, 'cms_own', 'lot_own', sqlTime(nowMs)],
      ]);
    await look(1, 0, NOW_MS);
    expect(await look(1, 0, NOW_MS + 7 * DAY_MS)).toEqual({ outcome: 'released' });
    await product.db.write("UPDATE quota_lots SET remaining = 5 WHERE id = 'lot_own'");
    expect(await look(2, 9900, NOW_MS + 7 * DAY_MS)).toEqual({ outcome: 'adjusted' });
    expect(await remainingOf(product.db, 'lot_own')).toBe(0);
    for (const lot of others) expect(await remainingOf(product.db, lot)).toBe(50);
    expect(await product.db.query('SELECT owed_credits AS owed FROM referral_accounts')).toEqual([{ owed: 10 }]);
  } finally {
    await product.close();
  }
});
