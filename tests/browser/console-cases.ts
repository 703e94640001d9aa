import { beforeAll, expect, it } from 'vitest';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import { sqlTime } from '../../shared/db/sql-time.ts';
import { forgetLimits, inspectDialog, inspectPage, newPhone } from './browser-stage.ts';
import type { Desk } from './console-desk.ts';

const CASE = 'cas_01JD0000000000000000000000';

/** What waits and what was measured; differences between the channels and the books. */
export function consoleCases(at: () => Desk): void {
  beforeAll(() =>
    at().all.stage.db.write(
      `INSERT INTO reconciliation_cases (id, class, channel, subject, order_id, expected_fen, actual_fen, state, remedy, created_at)
       VALUES (?, 'amount_differs', 'wechat', '4200001', ?, 9900, 9800, 'open', 'none', UTC_TIMESTAMP(3))`,
      [CASE, at().orderId],
    ),
  );

  it('sees on the overview what was measured and what waits, and one day’s figures at a press', async () => {
    const { all, page, open } = at();
    const measured = await fetch(`${all.stage.cloud.localUrl}/timers/measure-days`, { method: 'POST' });
    expect(measured.status).toBe(200);
    await page.goto('/console/#/');
    await page.getByRole('heading', { name: '当前' }).waitFor();
    await page.reload();
    const tile = (name: string) => page.locator('.figure-tile').filter({ hasText: name });
    await expect.poll(() => tile('待处理对账差异').locator('.figure').innerText()).toBe('1');
    await page.getByText('每分钟更新').waitFor();
    await open('近 30 天');
    const [paid] = await all.stage.db.query<{ fen: string }>('SELECT SUM(amount_fen) AS fen FROM payments');
    await expect.poll(() => tile('收入').innerText()).toContain(`¥${Number(paid?.fen) / 100}`);
    await page.locator('.failures').getByText('文件不是可识别的图片').waitFor();
    await inspectPage(page, 'console-overview');
    await page.locator('.chart button:enabled').last().click();
    await page.getByRole('heading', { name: '的数据' }).waitFor();
    await page.locator('.failures').getByText('文件不是可识别的图片').click();
    await page.waitForURL('**/#/tasks?errorCode=INPUT_NOT_AN_IMAGE&day=*');
    await page.locator('tbody tr').filter({ hasText: '文件不是可识别的图片' }).first().waitFor();
    expect(await page.locator('tbody tr').filter({ hasText: '已完成' }).count()).toBe(0);
    await page.goBack();
    await page.locator('.chart').waitFor();
    await expect
      .poll(() => page.locator('.chart button:disabled').first().getAttribute('aria-label'))
      .toContain('暂无数据');
  });

  it('works a difference off from the case alone: looks at the order, releases its credits, and ends it with a note', async () => {
    const { all, page, open, dialog } = at();
    const { db, cloud } = all.stage;
    const second = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
    await forgetLimits(all);
    await second.signIn(newPhone());
    const bought = await second.buyPlan('monthly_99');
    await db.callProcedure('freeze_order_v3', [bought.orderId, 1, sqlTime(cloud.clock.now()), null]);
    await db.write('UPDATE reconciliation_cases SET order_id = ? WHERE id = ?', [bought.orderId, CASE]);
    expect(await second.balance()).toBe(0);
    await page.goto('/console/#/cases');
    const row = page.locator('tbody tr').filter({ hasText: '¥98' });
    await row.getByText('金额不一致').waitFor();
    await inspectPage(page, 'console-cases-open');
    await row.getByRole('button').click();
    await dialog().getByText('额度已冻结').waitFor();
    await inspectDialog(page, 'console-case');
    await dialog().getByRole('button', { name: '解冻额度' }).click();
    await dialog().locator('#reason').fill('渠道确有收款');
    await dialog().getByRole('button', { name: '解冻额度' }).click();
    await dialog().getByRole('button', { name: '冻结额度' }).waitFor();
    expect(await second.balance()).toBe(100);
    await dialog().locator('#reason').fill('已与渠道核对，属改价');
    await dialog().getByRole('button', { name: '标记已处理' }).click();
    await page.getByText('没有待处理的差异').waitFor();
    await open('已处理');
    await page.locator('tbody').getByText('金额不一致').waitFor();
    await page.getByRole('link', { name: '审计日志' }).click();
    await page.locator('tbody tr').first().getByText('处理对账差异').waitFor();
    await expect
      .poll(() => page.locator('tbody').innerText())
      .toMatch(/已与渠道核对，属改价[\s\S]*冻结或解冻订单额度[\s\S]*渠道确有收款/);
  });
}
