import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overflowPixels, seriousFindings } from '../../scripts/browser/inspect-page.ts';
import { batchPages } from './batch-pages.ts';
import { type BrowserStage, buyPlan, newPhone, shoot, type Visitor } from './browser-stage.ts';
import { garmentPhoto } from './photos.ts';
import { tabTo } from './tab-to.ts';
import { zipEntries } from './zip-entries.ts';

/** The film's size, and whether it went on for a moment. */
const PLAYED = `(async (film) => {
  film.muted = true;
  await film.play();
  for (let n = 0; n < 100 && film.currentTime < 0.3; n++) await new Promise((done) => setTimeout(done, 100));
  film.pause();
  const { videoWidth: width, videoHeight: height, duration, currentTime } = film;
  return { width, height, isLong: duration > 5, hasPlayed: currentTime >= 0.3 };
})(document.querySelector('video.film'))`;

/** Results found again, marked, deleted and brought back, taken home, and made into the next thing. */
export function libraryPages(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let filmTask = '';

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const names = (): Promise<string[]> => page.locator('.asset-name').allInnerTexts();
  const shows = (expected: string[]): Promise<void> =>
    expect.poll(async () => (await names()).sort()).toEqual([...expected].sort());
  const THREE = ['透明抠图', '白底主图', '增强原图'];

  describe('by the keyboard alone', () => {
    it('one signs in: past the navigation, through the fields in their order, each of them seen', async () => {
      await page.goto('/login/');
      await page.keyboard.press('Tab');
      expect(await page.locator('.skip').evaluate((one) => one.matches(':focus'))).toBe(true);
      await page.keyboard.press('Enter');
      const phone = newPhone();
      await tabTo(page, '#phone', 1);
      await page.keyboard.type(phone);
      await tabTo(page, '#send-code', 2);
      await page.keyboard.press('Enter');
      await page.locator('#form-status:not(:empty)').waitFor();
      const sms = all.stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
      // The page has gone to the code by itself.
      expect(await page.locator('#code').evaluate((one) => one.matches(':focus'))).toBe(true);
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
      // From the heading, where a new page begins, back over the navigation to what skips it.
      await tabTo(page, '.skip', 12, 'Shift+Tab');
      await page.keyboard.press('Enter');
      expect(await page.locator('main').evaluate((one) => one.matches(':focus'))).toBe(true);
      await tabTo(page, '.drop-buttons .button-primary', 4);
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
      await chooser.setFiles([await garmentPhoto()]);
      await page.locator('.photo img').waitFor();
      await tabTo(page, '.summary button', 30);
      await page.keyboard.press('Enter');
      await page.locator('.results img').first().waitFor({ timeout: 60_000 });
      await tabTo(page, '.result .icon-button', 30);
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      expect(download.suggestedFilename()).toBe('cutout.png');
    });
  });

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

    /** A card with the photo of a task, which is not sent again. */
    const orderOf = async (card: string, photoOf: string): Promise<void> => {
      await page.goto(`/app/#/create/${card}/${encodeURIComponent(`${photoOf}/0`)}`);
      await page.locator('.source img').waitFor();
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/tasks/tsk_*');
    };
    const lastTask = async () => {
      const [task] = await all.stage.db.query<{ id: string; photo: string }>(
        `SELECT t.id, i.etag AS photo FROM tasks t JOIN task_inputs i ON i.task_id = t.id
         WHERE t.feature_id = 'basic_clean' ORDER BY t.id DESC LIMIT 1`,
      );
      return task as { id: string; photo: string };
    };

    it('makes a task again, of the photo that it has', async () => {
      const first = await lastTask();
      await page.goto(`/app/#/tasks/${first.id}`);
      await page.getByRole('link', { name: '再做一次' }).click();
      await page.locator('.source img').waitFor();
      await page.locator('.summary button').click();
      await page.waitForURL((url) => url.hash.startsWith('#/tasks/tsk_') && !url.hash.endsWith(first.id));
      await page.locator('.results img').first().waitFor({ timeout: 60_000 });
      const again = await lastTask();
      expect([again.id === first.id, again.photo]).toEqual([false, first.photo]);
    });

    it('looks through the twelve frames and their grid by the keyboard alone', async () => {
      // What takes long is ordered first, and looked at when it is there.
      await orderOf('product_video', (await lastTask()).id);
      filmTask = page.url();
      await orderOf('storyboard_template', (await lastTask()).id);
      await page.locator('.result-picture').nth(12).waitFor({ timeout: 60_000 });
      expect(await page.locator('.result-picture').count()).toBe(13);
      await page.locator('.result-picture').first().focus();
      await page.keyboard.press('Enter');
      const lightbox = page.locator('.lightbox');
      await lightbox.getByText('1 / 13').waitFor();
      for (let n = 0; n < 12; n++) await page.keyboard.press('ArrowRight');
      await lightbox.getByText('13 / 13').waitFor();
      await page.keyboard.press('ArrowRight');
      await lightbox.getByText('1 / 13').waitFor();
      await page.keyboard.press('ArrowLeft');
      await lightbox.getByText('13 / 13').waitFor();
      const width =
        "(async (image) => { await image.decode(); return image.naturalWidth; })(document.querySelector('.lightbox img'))";
      expect(Number(await page.evaluate(width))).toBeGreaterThan(1000);
      await page.keyboard.press('Escape');
      await lightbox.waitFor({ state: 'detached' });
      expect(await page.evaluate("document.activeElement === document.querySelector('.result-picture')")).toBe(true);
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

    it('plays the video of a garment in the page', async () => {
      await page.goto(filmTask);
      await page.locator('video.film').waitFor({ timeout: 80_000 });
      expect(await page.evaluate(PLAYED)).toEqual({ width: 720, height: 960, isLong: true, hasPlayed: true });
    });
  });

  batchPages(at, () => visitor);
}
