import { expect, it } from 'vitest';
import { expectInert, HOSTILE_WORD, inspectDialog, inspectPage, shoot } from './browser-stage.ts';
import type { Desk } from './console-desk.ts';

/** A merchant is found, given credits, looked into; a task that waits is ended. */
export function consoleMerchants(at: () => Desk): void {
  it('finds a merchant by phone; a mistyped one is told at once and leaves no row in the audit log', async () => {
    const { page, press, looks, phone } = at();
    await page.goto('/console/#/merchants');
    await page.locator('tbody tr').first().waitFor();
    const before = await looks('search-merchants');
    await page.locator('#filter-phone').fill('139');
    await press('查询');
    await page.locator('#filter-phone-error').getByText('11 位').waitFor();
    await inspectPage(page, 'console-merchants');
    expect(await looks('search-merchants')).toBe(before);
    await page.locator('#filter-phone').fill(phone);
    await press('查询');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    expect(await looks('search-merchants')).toBe(before + 1);
    await page.locator('tbody a').first().click();
    await page.getByRole('heading', { name: `${phone.slice(0, 3)}****${phone.slice(7)}` }).waitFor();
  });

  it('gives credits with a reason and takes some of them back, each once in the ledger', async () => {
    const { page, press, dialog, merchant, merchantId } = at();
    await page.goto(`/console/#/merchants/${merchantId}`);
    const available = () => page.locator('.facts dd').nth(1).innerText();
    await expect.poll(available).toBe('99');
    await press('发放额度');
    await dialog().locator('#grant-credits').fill('0');
    await press('确认发放');
    await dialog().locator('#grant-credits-error').getByText('至少为 1').waitFor();
    await dialog().locator('#grant-credits').fill('30');
    await press('确认发放');
    await dialog().locator('#reason-error').getByText('2–80').waitFor();
    await dialog().locator('#reason').fill('补偿上周故障');
    await inspectDialog(page, 'console-grant');
    await press('确认发放');
    await expect.poll(available).toBe('129');
    await page.locator('tbody tr').filter({ hasText: '运营发放' }).getByText('收回').click();
    await dialog().locator('#revoke-credits').fill('31');
    await dialog().locator('#reason').fill('多发了');
    await press('确认收回');
    await dialog().getByText('剩余不足').waitFor();
    await dialog().locator('#revoke-credits').fill('10');
    await press('确认收回');
    await expect.poll(available).toBe('119');
    expect(await merchant.balance()).toBe(119);
    await inspectPage(page, 'console-merchant');
  });

  it('sees the merchant’s tasks with the cause of a failure, orders and sessions', async () => {
    const { page, open, merchantId } = at();
    await page.goto(`/console/#/merchants/${merchantId}`);
    await open('任务');
    await expect
      .poll(() => page.locator('tbody').innerText())
      .toMatch(/等待照片[\s\S]*失败[\s\S]*文件不是可识别的图片/);
    await page.locator('tbody tr').filter({ hasText: '失败' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: '额度流水' }).waitFor();
    await expect.poll(() => page.locator('main').innerText()).toMatch(/返还[\s\S]*\+1/);
    expect(await page.getByRole('button', { name: '终止任务' }).count()).toBe(0);
    await inspectPage(page, 'console-task');
    await page.goBack();
    await open('额度流水');
    await page.locator('tbody tr').filter({ hasText: '+1' }).first().waitFor();
    await inspectPage(page, 'console-ledger');
    await open('登录会话');
    await page
      .locator('tbody tr')
      .filter({ hasText: /有效|已失效/ })
      .first()
      .waitFor();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await open('订单');
    await page.locator('tbody').getByText('¥99').waitFor();
  });
}

/** After the others: what they count is there before it. */
export function consoleEndings(at: () => Desk): void {
  it('ends a task that waits: it fails for the reason that was typed, as text, and its credit returns once', async () => {
    const { all, page, press, dialog, merchantId } = at();
    const [waiting] = await all.stage.db.query<{ id: string }>(
      "SELECT id FROM tasks WHERE merchant_id = ? AND state = 'awaiting_upload'",
      [merchantId],
    );
    await page.goto('/console/#/tasks?state=awaiting_upload');
    await page.locator(`tbody a[href="#/tasks/${waiting?.id}"]`).click();
    await press('终止任务');
    await dialog().locator('#reason').fill(`照片一直没有送达${HOSTILE_WORD}`);
    await dialog().getByRole('button', { name: '终止任务' }).click();
    await page.getByText('任务已终止，返还 1 额度').waitFor();
    await page.locator('.facts .tag-bad').getByText('失败').waitFor();
    await page.locator('tbody').getByText('照片一直没有送达').waitFor();
    await expectInert(page);
    await expect.poll(() => page.getByRole('button', { name: '终止任务' }).count()).toBe(0);
    await page.goto(`/console/#/audit?target=${waiting?.id}`);
    await page.locator('tbody tr').first().waitFor();
    await expectInert(page);
    expect(await all.stage.audit()).toEqual([]);
  });

  it('suspends a merchant, whose sessions end at once, and lets one back in', async () => {
    const { page, press, dialog, merchant, merchantId, phone } = at();
    await page.goto(`/console/#/merchants/${merchantId}`);
    await press('停用商户');
    await dialog().locator('#reason').fill('涉嫌盗用');
    await shoot(page, 'console-suspend');
    await dialog().getByRole('button', { name: '停用商户' }).click();
    await page.locator('.tag-bad').getByText('已停用').waitFor();
    await expect(merchant.signIn(phone)).rejects.toThrow();
    await press('恢复使用');
    await dialog().locator('#reason').fill('核实无误');
    await dialog().getByRole('button', { name: '恢复使用' }).click();
    await page.locator('.facts .tag-good').getByText('正常').waitFor();
  });
}
