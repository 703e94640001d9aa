import { expect, it } from 'vitest';
import { inspectDialog, inspectPage } from './browser-stage.ts';
import type { Desk } from './console-desk.ts';

/** Who may come in at all. */
export function consoleOperators(at: () => Desk): void {
  it('gives a merchant a role and ends it, with a reason; of one’s own there is nothing to press', async () => {
    const { page, press, dialog, looks, merchantId } = at();
    await page.goto('/console/#/account');
    const row = page.locator('tbody tr').filter({ hasText: '吴客服' });
    await press('添加人员');
    await dialog().locator('#operator-merchant').fill('mch_1');
    await dialog().locator('#operator-name').fill('吴客服');
    await press('保存角色');
    await dialog().locator('#operator-merchant-error').waitFor();
    await dialog().locator('#operator-merchant').fill(merchantId);
    await press('保存角色');
    await dialog().locator('#reason-error').getByText('2–80').waitFor();
    await dialog().locator('#reason').fill('新同事入职');
    await inspectDialog(page, 'console-operator');
    await press('保存角色');
    await row.getByText('客服（只读）').waitFor();
    await row.getByText('在任').waitFor();
    await inspectPage(page, 'console-operators');
    await row.getByRole('button', { name: '变更角色' }).click();
    await dialog().getByRole('radio', { name: '取消角色' }).click();
    await dialog().locator('#reason').fill('同事离职');
    await press('保存角色');
    await row.getByText('已取消').waitFor();
    const own = page.locator('tbody tr').filter({ hasText: '本人' });
    await expect.poll(() => own.count()).toBe(1);
    expect(await own.getByRole('button').count()).toBe(0);
    await expect.poll(() => looks('set-operator')).toBe(2);
  });
}
