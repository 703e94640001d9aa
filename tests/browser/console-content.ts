import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { garmentPhoto } from '../../scripts/browser/photos.ts';
import { type BrowserStage, followClock, inspectDialog, inspectPage, shoot, signInByCalls } from './browser-stage.ts';
import { enrol } from './console-stage.ts';

const TITLE = '今晚 23 点系统维护';
const HOSTILE = '<img src=x onerror=alert(1)> 维护约半小时，任务会自动继续';

/** Announcements as merchants meet them, and the photos of models, by an operator who has signed in. */
export function consoleContent(at: () => { readonly all: BrowserStage; readonly page: Page }): void {
  const dialogOf = (page: Page) => page.locator('.dialog');
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it('publishes an announcement, which a merchant reads and closes for good; one that was ended is told no more', async () => {
    const { all, page } = at();
    const dialog = dialogOf(page);
    await page.goto('/console/#/announcements');
    await press(page, '发布公告');
    await dialog.getByRole('radio', { name: '重要' }).click();
    for (const [name, text] of [
      ['titleZh', TITLE],
      ['titleEn', 'Maintenance at 23:00'],
      ['bodyEn', 'Half an hour; tasks go on by themselves'],
      ['endsAt', '2020-01-01T00:00'],
    ] as const)
      await dialog.locator(`#announcement-${name}`).fill(text);
    await press(page, '确认发布');
    await dialog.locator('#announcement-bodyZh-error').waitFor();
    await dialog.locator('#announcement-bodyZh').fill(HOSTILE);
    await press(page, '确认发布');
    await dialog.locator('#announcement-endsAt-error').getByText('必须晚于开始时间').waitFor();
    await inspectDialog(page, 'console-announcement');
    const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 16);
    await dialog.locator('#announcement-endsAt').fill(nextWeek);
    await press(page, '确认发布');
    await page.locator('tbody tr').filter({ hasText: TITLE }).getByText('进行中').waitFor();
    await inspectPage(page, 'console-announcements');

    const merchant = await all.visitor();
    await signInByCalls(all, merchant);
    await merchant.page.goto('/app/');
    const bar = merchant.page.locator('.announcement');
    await bar.getByText(HOSTILE).waitFor();
    await inspectPage(merchant.page, 'announcement');
    await bar.getByRole('button').click();
    const told = merchant.page.waitForResponse(/\/v1\/get-announcements/);
    await merchant.page.reload();
    await told;
    await merchant.page.locator('h1').waitFor();
    await merchant.page.waitForLoadState('networkidle');
    expect(await bar.count()).toBe(0);

    // The service's clock was moved by tests before this one; whether something is over is the browser's to say.
    await followClock(all, page);
    await press(page, '提前结束');
    await dialog.getByRole('button', { name: '提前结束' }).click();
    await page.locator('tbody tr').filter({ hasText: TITLE }).getByText('已结束').waitFor();
    const now = await fetch(`${all.stage.cloud.apiUrl}/v1/get-announcements`);
    expect(await now.json()).toMatchObject({ data: { items: [] } });
    expect(merchant.complaints).toEqual([]);
    await merchant.context.close();
  });

  it('changes the settings, which the workspace follows, and shows what is configured and no secret', async () => {
    const { all, page } = at();
    await enrol(all, page);
    await page.goto('/console/#/settings');
    await page.getByText('微信支付').waitFor();
    await page.locator('#setting-batchPhotos').fill('101');
    await page.locator('#setting-supportContact').fill('微信 yiying-help');
    await page.locator('#setting-reason').fill('上线客服微信');
    await press(page, '保存设置');
    await page.locator('#setting-batchPhotos-error').getByText('至多为 100').waitFor();
    await inspectPage(page, 'console-settings');
    await page.locator('#setting-batchPhotos').fill('50');
    await press(page, '保存设置');
    await page.getByText('第 2 版，').waitFor();
    await expect.poll(() => page.locator('#setting-supportContact').inputValue()).toBe('微信 yiying-help');
    // From the next answer on that is older than half a minute.
    all.stage.cloud.clock.shift(31_000);
    const merchant = await all.visitor();
    await signInByCalls(all, merchant);
    await merchant.page.goto('/app/#/account');
    await merchant.page.getByText('微信 yiying-help').waitFor();
    await merchant.context.close();
  });

  it('puts a plan of one fen on sale, which merchants are offered, and takes it off again', async () => {
    const { all, page } = at();
    const dialog = dialogOf(page);
    const offered = async () => JSON.stringify(await (await fetch(`${all.stage.cloud.apiUrl}/v1/list-plans`)).json());
    await page.goto('/console/#/plans');
    await page.locator('tbody tr').first().waitFor();
    await press(page, '新建套餐');
    for (const [field, text] of [
      ...([
        ['planId', 'one_fen'],
        ['nameZh', '一分钱体验'],
        ['nameEn', 'One fen'],
        ['price', '0'],
        ['credits', '1'],
      ] as const),
      ['days', '1'] as const,
    ])
      await dialog.locator(`#plan-${field}`).fill(text);
    await dialog.locator('#reason').fill('上线前自测');
    await dialog.getByRole('checkbox').check();
    await press(page, '保存套餐');
    await dialog.locator('#plan-price-error').getByText('至少为 1').waitFor();
    await inspectDialog(page, 'console-plan');
    await dialog.locator('#plan-price').fill('0.01');
    await press(page, '保存套餐');
    const row = page.locator('tbody tr').filter({ hasText: '一分钱体验' });
    await row.getByText('¥0.01').waitFor();
    expect(await offered()).toContain('one_fen');
    await inspectPage(page, 'console-plans');
    await row.getByRole('button').click();
    await dialog.getByRole('checkbox').uncheck();
    await dialog.locator('#reason').fill('自测完成');
    await press(page, '保存套餐');
    await row.getByText('已下架').waitFor();
    expect(await offered()).not.toContain('one_fen');
  });

  it('closes sign-up, which the login page says before a code is asked for, and opens it again', async () => {
    const { all, page } = at();
    const stranger = await all.visitor();
    const closed = stranger.page.getByText('暂停注册新账号');
    const visitLogin = async () => {
      await stranger.page.goto('/login/');
      await stranger.page.waitForLoadState('networkidle');
      return closed.isVisible();
    };
    const save = async (choice: string) => {
      const [edition] = /(?<=第 )\d+(?= 版，)/.exec(await page.locator('main').innerText()) ?? [];
      await page.getByRole('radio', { name: choice, exact: true }).click();
      await page.locator('#setting-reason').fill('活动期间');
      await press(page, '保存设置');
      await page.getByText(`第 ${Number(edition) + 1} 版，`).waitFor();
      all.stage.cloud.clock.shift(31_000);
    };
    expect(await visitLogin()).toBe(false);
    await page.goto('/console/#/settings');
    await page.getByText(/第 \d+ 版，/).waitFor();
    await save('暂停');
    await stranger.page.goto('/login/');
    await closed.waitFor();
    await inspectPage(stranger.page, 'login-closed');
    await save('开放');
    expect(await visitLogin()).toBe(false);
    await stranger.context.close();
  });

  it('says of a marketplace that its rules were verified today, with the page that says so', async () => {
    const { page } = at();
    await page.goto('/console/#/presets');
    const row = page.locator('tbody tr').filter({ hasText: '京东' });
    await row.getByText('未核实').waitFor();
    await row.getByText('行业惯例').waitFor();
    await inspectPage(page, 'console-presets');
    await row.getByRole('button', { name: '编辑' }).click();
    const dialog = dialogOf(page);
    await dialog.getByRole('checkbox').check();
    await dialog.locator('#reason').fill('对照商家后台');
    await press(page, '保存规格');
    await dialog.locator('#preset-sourceUrl-error').getByText('必填').waitFor();
    await dialog.locator('#preset-sourceUrl').fill('https://help.jd.com/user/issue.html');
    await press(page, '保存规格');
    await row.getByText(/^20\d\d-\d\d-\d\d$/).waitFor();
    await row.locator('a[href="https://help.jd.com/user/issue.html"]').waitFor();
  });

  it('uploads a photo of a model, looks at it before it is used, and takes the pose out of use again', async () => {
    const { page } = at();
    const dialog = dialogOf(page);
    await page.goto('/console/#/models');
    await page.getByRole('radio', { name: '女 · 棚拍' }).click();
    await page.waitForURL('**/console/#/models?state=female-studio');
    await page.getByText('还有 72 个姿势').waitFor();
    const tile = page.locator('.model').filter({ hasText: '姿势 5' });
    await tile.getByRole('button', { name: '上传' }).click();
    await dialog.locator('#reason').fill('春季棚拍');
    await dialog
      .locator('#model-file')
      .setInputFiles([{ name: 'model.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') }]);
    await dialog.getByRole('button', { name: '上传' }).click();
    await dialog.locator('#model-file-error').getByText('仅支持').waitFor();
    await shoot(page, 'console-model-upload');
    await dialog.locator('#model-file').setInputFiles([await garmentPhoto()]);
    await dialog.getByRole('button', { name: '上传' }).click();
    await tile.getByText('待启用').waitFor();
    await page.getByText('还有 72 个姿势').waitFor();
    await tile.getByRole('button', { name: '启用' }).click();
    await dialog.locator('#reason').fill('效果合格');
    await shoot(page, 'console-model-use');
    await dialog.getByRole('button', { name: '启用' }).click();
    await tile.getByText('使用中').waitFor();
    await page.getByText('还有 71 个姿势').waitFor();
    const shown =
      "(async ([image]) => { await image.decode(); return image.naturalWidth; })(document.querySelectorAll('.model img'))";
    await expect.poll(() => page.evaluate(shown)).toBe(450);
    await inspectPage(page, 'console-models');
    await tile.getByRole('button', { name: '停用' }).click();
    await dialog.locator('#reason').fill('授权到期');
    await dialog.getByRole('button', { name: '停用' }).click();
    await tile.getByText('已停用').waitFor();
    await page.getByText('还有 72 个姿势').waitFor();
  });
}
