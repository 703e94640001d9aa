import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { overflowPixels, seriousFindings } from '../../scripts/browser/inspect-page.ts';
import { type BrowserStage, expectInert, shoot, shownResults, shownTask, type Visitor } from './browser-stage.ts';

/** The film's size, and whether it went on for a moment. */
const PLAYED = `(async (film) => {
  film.muted = true;
  await film.play();
  for (let n = 0; n < 100 && film.currentTime < 0.3; n++) await new Promise((done) => setTimeout(done, 100));
  film.pause();
  const { videoWidth: width, videoHeight: height, duration, currentTime } = film;
  return { width, height, isLong: duration > 5, hasPlayed: currentTime >= 0.3 };
})(document.querySelector('video.film'))`;

/** One result made into the next thing: posters, frames, a film, a platform's pack, words; of a merchant who has a result. */
export function makingPages(at: () => BrowserStage, who: () => Visitor): void {
  let all: BrowserStage;
  let page: Page;
  let filmTask = '';
  let framesTask = '';

  beforeAll(() => {
    all = at();
    page = who().page;
  });

  describe('a result', () => {
    it('makes a result the photo of the next task, without sending it again', async () => {
      await page.goto('/app/#/library');
      await page.getByRole('link', { name: /^用白底主图.*继续制作$/ }).click();
      await page.locator('.source img').waitFor();
      await page.locator('.feature-card', { hasText: '促销海报' }).click();
      await page.locator('.source img').waitFor();
      await page.locator('.summary button').click();
      await page.locator('.error').getByText('请填写这一项').waitFor();
      await page.getByLabel('标题', { exact: true }).fill('秋季新款');
      await page.locator('.summary button').click();
      await shownResults(page);
      await page.goto('/app/#/library');
      await page.locator('.asset-name').getByText('海报', { exact: true }).waitFor();
    });

    /** A card with the photo of a task, which is not sent again. */
    const orderOf = async (card: string, photoOf: string): Promise<void> => {
      await page.goto(`/app/#/create/${card}/${encodeURIComponent(`${photoOf}/0`)}`);
      await page.locator('.source img').waitFor();
      await page.locator('.summary button').click();
      await shownTask(page);
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
      // What takes long is ordered first, and looked at when it is there.
      await orderOf('product_video', first.id);
      filmTask = page.url();
      await orderOf('storyboard_template', first.id);
      framesTask = page.url();
      await page.goto(`/app/#/tasks/${first.id}`);
      await page.getByRole('link', { name: '再做一次' }).click();
      await page.locator('.source img').waitFor();
      await page.locator('.summary button').click();
      await shownResults(page, `#/tasks/${first.id}`);
      const again = await lastTask();
      expect([again.id === first.id, again.photo]).toEqual([false, first.photo]);
    });

    it('makes something of words alone', async () => {
      await page.goto('/app/#/create/copywriting');
      await page.getByLabel('商品名称').fill('<img src=x onerror=alert(1)>圆领短袖');
      await page.locator('.summary button').click();
      await shownTask(page);
      await page.locator('.text-result').first().waitFor({ timeout: 60_000 });
      await expectInert(page, '<img src=x onerror=alert(1)>圆领短袖');
      expect(await page.locator('.result-picture').count()).toBe(0);
      expect(await seriousFindings(page, { within: 'main' })).toEqual([]);
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
      await shownTask(page);
      await page.locator('.report tbody tr').first().waitFor({ timeout: 60_000 });
      await expect.poll(() => page.locator('.report').innerText()).toMatch(/淘宝[\s\S]*Amazon/);
      await page.locator('.report').getByText('✓ 尺寸').first().waitFor();
      await page.setViewportSize({ width: 360, height: 860 });
      await expect.poll(() => overflowPixels(page)).toBeLessThanOrEqual(0);
      await shoot(page, 'task-platforms');
      await page.setViewportSize({ width: 1280, height: 860 });
      expect(await seriousFindings(page, { within: 'main' })).toEqual([]);
    });

    it('looks through the twelve frames and their grid by the keyboard alone', async () => {
      await page.goto(framesTask);
      await page.locator('.result-picture').nth(12).waitFor({ timeout: 60_000 });
      await expect.poll(() => page.locator('.result-picture').count()).toBe(13);
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
      await expect.poll(async () => Number(await page.evaluate(width))).toBeGreaterThan(1000);
      await page.keyboard.press('Escape');
      await lightbox.waitFor({ state: 'detached' });
      await expect
        .poll(() => page.evaluate("document.activeElement === document.querySelector('.result-picture')"))
        .toBe(true);
    });

    it('plays the video of a garment in the page', async () => {
      await page.goto(filmTask);
      await page.locator('video.film').waitFor({ timeout: 80_000 });
      expect(await page.evaluate(PLAYED)).toEqual({ width: 720, height: 960, isLong: true, hasPlayed: true });
    });
  });
}
