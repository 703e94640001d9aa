import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overflowPixels, seriousFindings } from '../../scripts/browser/inspect-page.ts';
import { batchPages } from './batch-pages.ts';
import { type BrowserStage, buyPlan, shoot, signIn, type Visitor } from './browser-stage.ts';
import { garmentPhoto } from './photos.ts';
import { zipEntries } from './zip-entries.ts';

/** Results found again, marked, deleted and brought back, taken home, and made into the next thing. */
export function libraryPages(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
    await signIn(all, page);
    await buyPlan(all, page);
    await page.goto('/app/#/create/basic_clean');
    await page.getByTestId('files').setInputFiles([await garmentPhoto()]);
    await page.locator('.photo img').waitFor();
    await page.locator('.summary button').click();
    await page.locator('.results img').first().waitFor({ timeout: 60_000 });
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const names = (): Promise<string[]> => page.locator('.asset-name').allInnerTexts();
  const shows = (expected: string[]): Promise<void> =>
    expect.poll(async () => (await names()).sort()).toEqual([...expected].sort());
  const THREE = ['透明抠图', '白底主图', '增强原图'];

  describe('the library', () => {
    it('shows every result, and until when it is kept', async () => {
      await page.goto('/app/#/library');
      await shows(THREE);
      const [asset] = await all.stage.db.query<{ at: number }>(
        'SELECT t.created_at AS at FROM task_outputs o JOIN tasks t ON t.id = o.task_id ORDER BY t.id DESC LIMIT 1',
      );
      const until = new Intl.DateTimeFormat('zh-CN', { dateStyle: 'medium' }).format(
        Number(asset?.at) + 180 * 86_400_000,
      );
      expect(await page.locator('.asset').first().innerText()).toContain(`保留至 ${until}`);
      await page.locator('.asset-picture').first().click();
      await page.locator('.lightbox').press('ArrowRight');
      expect(await page.locator('.lightbox').innerText()).toContain('2 / 3');
      await page.locator('.lightbox').press('Escape');
    });

    it('is narrowed by kind, card and words, and says when nothing is left', async () => {
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
      await page.goto('/app/#/');
      await page.goto('/app/#/library');
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
      expect(await page.locator('.asset').innerText()).toContain('彻底删除');
      await choose('透明抠图');
      await page.getByRole('button', { name: '恢复' }).click();
      await shows([]);
      await page.getByRole('checkbox', { name: '最近删除' }).uncheck();
      await shows(THREE);
    });

    it('packs what was chosen into one ZIP, in folders of card and photo', async () => {
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

    it('makes a result the photo of the next task, without sending it again', async () => {
      await page.getByRole('link', { name: /^用白底主图.*继续制作$/ }).click();
      await page.locator('.source img').waitFor();
      await page.locator('.feature-card', { hasText: '促销海报' }).click();
      await page.locator('.source img').waitFor();
      await page.locator('.summary button').click();
      await page.locator('.error').getByText('请填写这一项').waitFor();
      await page.getByLabel('标题', { exact: true }).fill('秋季新款');
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/tasks/tsk_*');
      await page.locator('.results img').first().waitFor({ timeout: 60_000 });
      await page.goto('/app/#/library');
      await shows([...THREE, '海报']);
    });

    it('makes something of words alone', async () => {
      await page.goto('/app/#/create/copywriting');
      await page.getByLabel('商品名称').fill('<img src=x onerror=alert(1)>圆领短袖');
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/tasks/tsk_*');
      await page
        .locator('.text-result')
        .getByText('<img src=x onerror=alert(1)>圆领短袖')
        .first()
        .waitFor({ timeout: 60_000 });
      expect(await page.locator('img[src=x]').count()).toBe(0);
      expect(await page.locator('.result-picture').count()).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      await shoot(page, 'task-texts');
    });

    it('says of each picture of a platform pack which rules it keeps', async () => {
      await page.goto('/app/#/library');
      await page
        .getByRole('link', { name: /^用增强原图.*继续制作$/ })
        .first()
        .click();
      await page.locator('.feature-card', { hasText: '平台套图' }).click();
      await page.locator('.source img').waitFor();
      for (const other of ['京东', '拼多多', '抖音', '小红书', 'Shopify']) await page.getByLabel(other).uncheck();
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/tasks/tsk_*');
      await page.locator('.report tbody tr').first().waitFor({ timeout: 60_000 });
      const text = await page.locator('.report').innerText();
      expect(text).toMatch(/淘宝[\s\S]*Amazon/);
      expect(text).toMatch(/✓ 尺寸/);
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 860 });
        await expect.poll(() => overflowPixels(page)).toBeLessThanOrEqual(0);
        await shoot(page, 'task-platforms');
      }
      expect(await seriousFindings(page)).toEqual([]);
    });
  });

  batchPages(at, () => visitor);
}
