import { describe, expect, it } from 'vitest';
import { cancellation } from '../../shared/tasks/cancel-task.ts';
import { createTask } from '../../shared/tasks/create-task.ts';
import { inspectDialog, inspectPage, shoot } from './browser-stage.ts';
import type { Desk } from './console-desk.ts';

/** What an operator does for one merchant who asks for help. */
export function consoleSupport(at: () => Desk): void {
  describe('in support of a merchant', () => {
    it('sees the workspace as the merchant does, for reading only, until the view is ended', async () => {
      const { page, press, dialog, merchantId } = at();
      await page.goto(`/console/#/merchants/${merchantId}`);
      await press('以客户身份查看');
      await press('申请查看');
      await dialog().locator('#reason-error').getByText('2–80').waitFor();
      await dialog().locator('#reason').fill('客户说看不到任务');
      await inspectDialog(page, 'console-view-as');
      await press('申请查看');
      const opening = page.waitForEvent('popup');
      await press('打开客户工作台');
      const seen = await opening;
      await seen.locator('.view-bar').getByText('以客户身份查看 · 只读').waitFor();
      await seen.locator('.balance').getByText('额度').waitFor();
      await expect.poll(() => seen.evaluate('window.name')).toBe('');
      await inspectPage(seen, 'view-home');
      await seen.goto('/app/#/membership');
      await seen.locator('#redeem-code').fill('00000-00000-00000-00000');
      await seen.getByRole('button', { name: '兑换' }).click();
      await seen.getByText('只读，不能进行此操作').first().waitFor();
      await shoot(seen, 'view-refused');
      await seen.goto('/app/#/account');
      await seen.locator('.pairs-list').getByText('****').waitFor();
      expect(await seen.getByRole('button', { name: '退出登录' }).count()).toBe(0);
      // Loaded again it is still the merchant's.
      await seen.reload();
      await seen.locator('.view-bar').waitFor();
      await seen.getByRole('button', { name: '结束查看' }).click();
      await seen.getByRole('heading', { name: '查看已结束' }).waitFor();
      await seen.reload();
      await seen.getByRole('heading', { name: '查看已结束' }).waitFor();
      await inspectPage(seen, 'view-ended');
      await seen.close();
      // The operator's own session is as it was.
      await page.reload();
      await page.locator('.facts').waitFor();
    });

    it('runs a task again free of charge, finds what its request set off, and the books agree', async () => {
      const { all, page, press, dialog, merchant, merchantId } = at();
      const { db, cloud } = all.stage;
      const nowMs = cloud.clock.now();
      const order = { merchantId, featureId: 'copywriting', inputs: [], form: { name: '亚麻衬衫' }, nowMs };
      const { taskId } = await createTask(db, { ...order, idempotencyKey: 'texts', requestHash: 'a'.repeat(64) });
      await db.callProcedure('cancel_task_v2', cancellation(merchantId, taskId, nowMs));
      const before = await merchant.balance();
      await page.goto(`/console/#/tasks/${taskId}`);
      await press('代客户重跑');
      await dialog().getByRole('radio', { name: '按重试收取' }).check();
      await dialog().locator('#reason').fill('客户要求再做一次');
      await dialog().getByRole('button', { name: '代客户重跑' }).click();
      await page.locator('.facts').getByText('重试自').waitFor();
      await expect.poll(() => merchant.balance()).toBe(before - 1);
      await page.goto(`/console/#/tasks/${taskId}`);
      await press('代客户重跑');
      await dialog().getByText('免费补偿').click();
      await dialog().locator('#reason').fill('引擎故障补偿');
      await inspectDialog(page, 'console-rerun');
      await dialog().getByRole('button', { name: '代客户重跑' }).click();
      await page.getByText('已新建任务，消耗 1 额度').waitFor();
      await page.locator('.facts').getByText('重试自').waitFor();
      await expect
        .poll(() => db.query('SELECT id FROM tasks WHERE merchant_id = ? AND state = ?', [merchantId, 'succeeded']))
        .toHaveLength(2);
      await page.reload();
      await page.locator('.facts').getByText('已完成').waitFor();
      expect(await merchant.balance()).toBe(before - 1);
      expect(await all.stage.audit()).toEqual([]);
      await page.locator('.facts a[href*="trace="]').click();
      await page.getByRole('heading', { name: '事件经过' }).waitFor();
      await expect
        .poll(() => page.locator('section').filter({ hasText: '事件经过' }).innerText())
        .toMatch(/运营操作[\s\S]*代客户重跑任务[\s\S]*任务创建[\s\S]*额度变动[\s\S]*任务结束/);
      await inspectPage(page, 'console-traced');
    });
  });
}
