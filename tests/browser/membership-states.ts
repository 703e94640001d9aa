import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import {
  type BrowserStage,
  buyPlan,
  forgetLimits,
  inspectPage,
  newPhone,
  signInByCalls,
  type Visitor,
} from './browser-stage.ts';

const DAY = 86_400_000;

/** A plan that ends in five days, and one that has ended. Moves the clock to the past and back to what browsers have, so it comes last. */
export function membershipStates(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  const expiring = newPhone();
  const expired = newPhone();

  beforeAll(async () => {
    all = at();
    const { cloud } = all.stage;
    const buy = async (phone: string): Promise<void> => {
      const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
      await merchant.signIn(phone);
      await merchant.buyPlan('monthly_99');
    };
    // To a past day the calls of today are still to come, and limits know nothing of that.
    await forgetLimits(all);
    cloud.clock.shift(-cloud.clock.offsetMs() - 40 * DAY);
    await buy(expired);
    cloud.clock.shift(15 * DAY);
    await buy(expiring);
    cloud.clock.shift(25 * DAY);
    visitor = await all.visitor();
  }, 120_000);
  afterAll(() => visitor?.context.close());

  describe('a membership', () => {
    it('that ends soon says so, and when it is bought again its end moves on and the credits are added', async () => {
      const { page } = visitor;
      await signInByCalls(all, visitor, expiring);
      await page.goto('/app/');
      await page.locator('.tile').getByText('即将到期').waitFor();
      await page.locator('.tile').getByText('还有 5 天').waitFor();
      await page.locator('.tile').getByText('100 额度将在 5 天内到期').waitFor();
      await inspectPage(page, 'home-expiring');
      await buyPlan(all, page);
      await page.goto('/app/#/membership');
      await page.locator('.tag-good').getByText('有效').waitFor();
      await page.getByText('还有 35 天').waitFor();
      await expect.poll(() => page.locator('.balance').innerText()).toContain('200 额度');
    });

    it('that has ended says since when; its credits are gone with a line of the ledger, and it can be bought again', async () => {
      const { page } = visitor;
      await page.goto('/app/#/account');
      await page.locator('.sign-out').click();
      await page.waitForURL('**/login/**');
      await all.stage.cloud.timers.fireNow('expire-credits');
      await signInByCalls(all, visitor, expired);
      await page.goto('/app/');
      await page.locator('.tile').getByText('已到期').waitFor();
      await page.locator('.tile').getByText('续费').waitFor();
      await expect.poll(() => page.locator('.balance').innerText()).toContain('0 额度');
      await page.goto('/app/#/credits');
      await expect
        .poll(() => page.locator('.ledger tbody').innerText())
        .toMatch(/到期\s+-100\s+0[\s\S]*发放\s+\+100\s+100/);
      await page.goto('/app/#/membership');
      await page.locator('.tag-bad').getByText('已到期').waitFor();
      await inspectPage(page, 'membership-expired');
      await page.locator('.plan .button-primary').waitFor();
      expect(visitor.complaints).toEqual([]);
    });
  });
}
