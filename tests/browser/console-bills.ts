import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shanghaiDay, startOfShanghaiDay } from '../../shared/shanghai-day.ts';
import { type BrowserStage, forgetLimits, inspectPage, type Visitor } from './browser-stage.ts';
import { comeAs } from './console-stage.ts';

/** A channel's bill of a day is there on the next at 10:00. */
const READY_MS = 34.5 * 3_600_000;

/** The channels' daily bills. Takes the cloud to the morning after. */
export function consoleBills(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    await comeAs(all, visitor, 'operator');
    await forgetLimits(all);
    await all.stage.member();
  }, 120_000);
  afterAll(() => visitor?.context.close());

  describe('a channel’s bill', () => {
    it('of a day is compared the morning after: what it held, and the whole report to take home', async () => {
      const { page } = visitor;
      const { clock, timers } = all.stage.cloud;
      const today = shanghaiDay(clock.now());
      await page.goto('/console/#/cases');
      await page.locator('tbody tr, .empty').first().waitFor();
      clock.shift(startOfShanghaiDay(today) + READY_MS - clock.now());
      await timers.fireNow('reconcile-bills');
      await page.getByRole('radio', { name: '每日账单' }).click();
      const row = page.locator('tbody tr').filter({ hasText: today }).filter({ hasText: '微信支付' });
      await row.getByText('已核对').waitFor();
      const [paid] = await all.stage.db.query<{ n: string; fen: string }>(
        `SELECT COUNT(*) AS n, SUM(amount_fen) AS fen FROM payments
         WHERE channel = 'wechat' AND DATE(paid_at + INTERVAL 8 HOUR) = ?`,
        [today],
      );
      expect(Number(paid?.n)).toBeGreaterThan(0);
      await row.getByText(`${paid?.n} 笔 ¥${Number(paid?.fen) / 100}`).waitFor();
      await inspectPage(page, 'console-bills');
      const taken = page.waitForEvent('download');
      await row.getByRole('link', { name: '下载' }).click();
      expect((await taken).suggestedFilename()).toBe(`对账-wechat-${today}.json`);
      expect(visitor.complaints).toEqual([]);
    });
  });
}
