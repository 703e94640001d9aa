import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { garmentPhoto } from '../../scripts/browser/photos.ts';
import { zipEntries } from '../../scripts/browser/zip-entries.ts';
import { batchPages } from './batch-pages.ts';
import { type BrowserStage, buyPlan, newPhone, openForm, shoot, shownResults, type Visitor } from './browser-stage.ts';
import { makingPages } from './making-pages.ts';
import { tabTo } from './tab-to.ts';

/** Results found again, marked, deleted and brought back, taken home. */
export function libraryPages(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  const phone = newPhone();

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const names = (): Promise<string[]> => page.locator('.asset-name').allInnerTexts();
  const shows = (expected: string[]): Promise<void> =>
    expect.poll(async () => (await names()).sort()).toEqual([...expected].sort());
  /** With nothing chosen and nothing filtered. */
  const openLibrary = async (): Promise<void> => {
    await page.goto('/app/#/');
    await page.locator('.feature-card').first().waitFor();
    await page.goto('/app/#/library');
    await page.locator('.asset').first().waitFor();
  };
  const THREE = ['透明抠图', '白底主图', '增强原图'];

  describe('by the keyboard alone', () => {
    it('one signs in: past the navigation, through the fields in their order, each of them seen', async () => {
      await page.goto('/login/');
      await page.keyboard.press('Tab');
      await page.locator('.skip:focus').waitFor();
      await page.keyboard.press('Enter');
      await tabTo(page, '#phone', 1);
      await page.keyboard.type(phone);
      await tabTo(page, '#send-code', 2);
      await page.keyboard.press('Enter');
      await page.locator('#form-status:not(:empty)').waitFor();
      const sms = all.stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
      // The page has gone to the code by itself.
      await page.locator('#code:focus').waitFor();
      await page.keyboard.type(sms?.params[0] ?? '');
      await tabTo(page, '#consent', 2);
      await page.keyboard.press('Space');
      await tabTo(page, '[type=submit]', 3);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/app/**');
      await page.locator('h1').waitFor();
    });

    it('one chooses a photo, orders, and takes a result home', async () => {
      await buyPlan(all, page);
      await page.goto('/app/#/create/basic_clean');
      await page.locator('.drop-buttons').waitFor();
      await page.locator('h1:focus').waitFor();
      // From the heading, where a new page begins, back over the navigation to what skips it.
      await tabTo(page, '.skip', 12, 'Shift+Tab');
      await page.keyboard.press('Enter');
      await page.locator('main:focus').waitFor();
      const pressed = async (): Promise<void> => {
        await tabTo(page, '.drop-buttons .button-primary', 4);
        await page.keyboard.press('Enter');
      };
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), pressed()]);
      await chooser.setFiles([await garmentPhoto()]);
      await page.locator('.photo img').waitFor();
      await tabTo(page, '.summary button', 30);
      await page.keyboard.press('Enter');
      await shownResults(page);
      await tabTo(page, '.result .icon-button', 30);
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      expect(download.suggestedFilename()).toBe('cutout.png');
    });
  });

  describe('the library', () => {
    // Of the photo that was chosen by the keyboard; where that failed, of one that is chosen by hand.
    beforeAll(async () => {
      const made = await all.stage.db.query(
        "SELECT id FROM tasks WHERE feature_id = 'basic_clean' AND merchant_id = (SELECT id FROM merchants WHERE phone = ?)",
        [phone],
      );
      if (made.length > 0) return;
      if (!(await page.locator('.balance').innerText()).startsWith('100')) await buyPlan(all, page);
      await openForm(page);
      await page.getByTestId('files').setInputFiles([await garmentPhoto()]);
      await page.locator('.photo img').waitFor();
      await page.locator('.summary button').click();
      await shownResults(page);
    }, 120_000);

    it('shows every result, and until when it is kept', async () => {
      await page.goto('/app/#/library');
      await shows(THREE);
      const [asset] = await all.stage.db.query<{ at: number }>(
        'SELECT t.created_at AS at FROM task_outputs o JOIN tasks t ON t.id = o.task_id ORDER BY t.id DESC LIMIT 1',
      );
      const until = new Intl.DateTimeFormat('zh-CN', { dateStyle: 'medium' }).format(
        Number(asset?.at) + 180 * 86_400_000,
      );
      await page.locator('.asset').first().getByText(`保留至 ${until}`).waitFor();
      await page.locator('.asset-picture').first().click();
      const lightbox = page.locator('.lightbox');
      await lightbox.press('ArrowRight');
      await lightbox.getByText('2 / 3').waitFor();
      await lightbox.press('Escape');
      await lightbox.waitFor({ state: 'detached' });
    });

    it('is narrowed by kind, card and words, and says when nothing is left', async () => {
      await openLibrary();
      await page.getByRole('radio', { name: '视频' }).click();
      await page.getByText('没有符合条件的素材').waitFor();
      await page.getByRole('radio', { name: '原始照片' }).click();
      await shows(['原始照片 1']);
      await page.getByRole('radio', { name: '全部' }).click();
      await page.getByLabel('按功能筛选').selectOption({ label: '促销海报' });
      await page.getByText('没有符合条件的素材').waitFor();
      await page.getByLabel('按功能筛选').selectOption({ label: '基础修图' });
      await shows(THREE);
      await page.getByLabel('按文件名或功能名查找').fill('  没有这个名字%_ ');
      await page.getByText('没有符合条件的素材').waitFor();
      await page.getByLabel('按文件名或功能名查找').fill('基础');
      await shows(THREE);
    });

    it('keeps favourites, also over a reload', async () => {
      await openLibrary();
      await page.getByRole('button', { name: /^收藏白底主图/ }).click();
      await page.getByRole('button', { name: /^取消收藏白底主图/ }).waitFor();
      await expect
        .poll(() => all.stage.db.query('SELECT name FROM task_outputs WHERE favourite = 1', []))
        .toEqual([{ name: 'white.jpg' }]);
      await page.reload();
      await page.getByRole('checkbox', { name: '只看收藏' }).click();
      await shows(['白底主图']);
      await page.getByRole('checkbox', { name: '只看收藏' }).uncheck();
    });

    it('deletes in two steps: Undo brings it back, and so does the list of what was deleted lately', async () => {
      await openLibrary();
      const choose = (name: string) => page.getByRole('checkbox', { name: new RegExp(`^选择${name}`) }).check();
      await choose('透明抠图');
      await choose('增强原图');
      await page.locator('.chosen-bar').getByText('已选 2 项').waitFor();
      await page.getByRole('button', { name: '删除' }).click();
      await shows(['白底主图']);
      await page.getByRole('button', { name: '撤销' }).click();
      await shows(THREE);
      // Looked at before, so that an old answer is there to be shown.
      await page.getByRole('checkbox', { name: '最近删除' }).click();
      await page.getByText('没有符合条件的素材').waitFor();
      await page.getByRole('checkbox', { name: '最近删除' }).uncheck();
      await choose('透明抠图');
      await page.getByRole('button', { name: '删除' }).click();
      await shows(['白底主图', '增强原图']);
      await page.getByRole('checkbox', { name: '最近删除' }).click();
      await shows(['透明抠图']);
      await page.locator('.asset').getByText('彻底删除').first().waitFor();
      await choose('透明抠图');
      await page.getByRole('button', { name: '恢复' }).click();
      await shows([]);
      await page.getByRole('checkbox', { name: '最近删除' }).uncheck();
      await shows(THREE);
    });

    it('packs what was chosen into one ZIP, in folders of card and photo', async () => {
      await openLibrary();
      await page.getByRole('button', { name: '全选已加载的' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '打包下载' }).click(),
      ]);
      const entries = zipEntries(await readFile(await download.path()));
      expect(entries.map(({ name }) => name.split('/')[2]).sort()).toEqual(['cutout.png', 'enhanced.jpg', 'white.jpg']);
      for (const { name } of entries) expect(name).toMatch(/^基础修图\/\d{4}-\d\d-\d\d-[0-9A-Z]{6}\/[a-z.]+$/);
      await shoot(page, 'library');
    });
  });

  makingPages(at, () => visitor);
  batchPages(at, () => visitor);
}
