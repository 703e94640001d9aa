import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRAST, seriousFindings, settledPage } from '../../scripts/browser/inspect-page.ts';
import { isLegal, PUBLIC_PAGES, WORKSPACE_PAGES } from '../../scripts/browser/page-addresses.ts';
import { garmentPhoto, movingPicture } from '../../scripts/browser/photos.ts';
import { DemoMerchant } from '../../scripts/demo/demo-merchant.ts';
import {
  type BrowserStage,
  forgetLimits,
  inspectPage,
  newPhone,
  openForm,
  openPage,
  shoot,
  signInByCalls,
  type Visitor,
} from './browser-stage.ts';

const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>.jpg';

/** What moves: each as its rule in the styles would have it, drawn and asked. */
const MOVES = ['.button', '.tile', '.feature-card', '.bone', '.drop', '.progress-dot', '.waiting::before'];
const MOVING = `(() => {
  const place = document.createElement('div');
  place.innerHTML = '<ol class="progress-steps"><li aria-current="step"><span class="progress-dot"></span></li></ol>';
  for (const name of ['button', 'tile', 'feature-card', 'bone', 'drop', 'waiting'])
    place.append(Object.assign(document.createElement('p'), { className: name }));
  document.body.append(place);
  const lasts = (durations) => durations.split(',').some((one) => Number.parseFloat(one) > 0.001);
  const moving = ${JSON.stringify(MOVES)}.filter((selector) => {
    const [name, pseudo] = selector.split('::');
    const style = getComputedStyle(place.querySelector(name), pseudo ? '::' + pseudo : null);
    const isEndless = style.animationName !== 'none' && style.animationIterationCount === 'infinite';
    return isEndless || lasts(style.animationDuration) || lasts(style.transitionDuration);
  });
  place.remove();
  return moving;
})()`;

/** Each page at two widths, in both languages and themes, with hostile names, under the policy of the pages. */
export function everyPage(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let taskHash = '';
  let failedHash = '';

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
    const { cloud } = all.stage;
    const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
    const phone = newPhone();
    await forgetLimits(all);
    await merchant.signIn(phone);
    await merchant.buyPlan('monthly_99');
    const [garment, moving] = [(await garmentPhoto()).buffer, (await movingPicture()).buffer];
    const tasks = [
      await merchant.submit('basic_clean', { name: HOSTILE, bytes: garment, contentType: 'image/jpeg' }),
      await merchant.submit('basic_clean', { name: HOSTILE, bytes: moving, contentType: 'image/webp' }),
    ] as const;
    await Promise.all(tasks.map((taskId) => merchant.waitForEnd(taskId)));
    [taskHash, failedHash] = [`#/tasks/${tasks[0]}`, `#/tasks/${tasks[1]}`];
    await signInByCalls(all, visitor, phone);
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const settled = () => settledPage(page);
  const inspect = (name: string) => inspectPage(page, name);

  describe('every page', () => {
    it.each(Object.entries(PUBLIC_PAGES))('%s fits its screen and is read by screen readers', async (name, path) => {
      await page.goto(path);
      await inspect(name);
    });

    it.each(Object.entries(WORKSPACE_PAGES))('%s of the workspace does, too', async (name, hash) => {
      await openPage(page, `/app/${hash}`);
      await inspect(name);
    });

    it('so do a task that succeeded and one that failed, an order that waits, and a form with a file that is refused', async () => {
      await page.goto(`/app/${taskHash}`);
      await page.locator('.results img').first().waitFor();
      await inspect('task');
      await page.locator('.result-picture').first().click();
      expect(await seriousFindings(page, { within: '.lightbox' })).toEqual([]);
      await page.keyboard.press('Escape');
      await page
        .getByRole('link', { name: /继续制作$/ })
        .first()
        .click();
      await page.locator('.source img').waitFor();
      await inspect('continue');
      await page.locator('.feature-card', { hasText: '促销海报' }).click();
      await page.locator('.source img').waitFor();
      await inspect('create-from-library');
      await page.goto(`/app/${failedHash}`);
      await page.locator('.ending tbody tr').first().waitFor();
      await inspect('task-failed');
      await page.goto('/app/#/membership');
      await page.locator('.plan .button-primary').click();
      await page.locator('.qr').waitFor();
      await inspect('order');
      await openForm(page);
      await page
        .getByTestId('files')
        .setInputFiles([await garmentPhoto(), { name: HOSTILE, mimeType: 'image/jpeg', buffer: Buffer.from('no') }]);
      await page.locator('.photo-bad').waitFor();
      await inspect('create-filled');
    });

    it('holds a planted fault that axe would find', async () => {
      await page.goto('/app/#/account');
      await page.evaluate('document.querySelector(".sign-out").textContent = ""');
      expect(await seriousFindings(page)).toEqual([expect.objectContaining({ id: 'button-name' })]);
      await page.reload();
      await settled();
    });

    it('stands still for people who ask for that, and moves for others', async () => {
      const moving = async (reducedMotion: 'reduce' | 'no-preference'): Promise<string[]> => {
        await page.emulateMedia({ reducedMotion });
        return page.evaluate(MOVING);
      };
      const moved = [await moving('no-preference'), await moving('reduce')];
      expect(moved).toEqual([MOVES, []]);
    });

    it('shows names of files and cards as text, whatever they hold', async () => {
      const { db } = all.stage;
      const cards = await db.query<{ id: string; name: string; summary: string }>(
        'SELECT id, name_zh AS name, summary_zh AS summary FROM features',
      );
      await db.write('UPDATE features SET name_zh = ?, summary_zh = ?', [HOSTILE, HOSTILE]);
      try {
        await page.goto('/app/#/');
        // A page that goes away while it renews its token is signed out: the old token would come twice.
        await settled();
        await page.reload();
        await page.locator('.feature-card h3').getByText(HOSTILE).first().waitFor();
        expect(await page.locator('img[src=x]').count()).toBe(0);
        await page.goto(`/app/${taskHash}`);
        await page.locator('h1').getByText(HOSTILE).waitFor();
        expect(await page.locator('img[src=x]').count()).toBe(0);
        await page.goto('/');
        await page.locator('.card h3').getByText(HOSTILE).first().waitFor();
        expect(await page.locator('img[src=x]').count()).toBe(0);
      } finally {
        for (const { id, name, summary } of cards)
          await db.write('UPDATE features SET name_zh = ?, summary_zh = ? WHERE id = ?', [name, summary, id]);
      }
    });
  });

  describe('in English and in the dark', () => {
    it('no Chinese is left on any page, and the contrast is enough', async () => {
      await page.goto('/app/#/account');
      await page.getByText('English').click();
      await page.getByText('Dark').click();
      await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe('en');
      for (const [name, hash] of [
        ['task-failed', failedHash],
        ...Object.entries(WORKSPACE_PAGES),
        ['task', taskHash],
      ] as const) {
        await openPage(page, `/app/${hash}`);
        await settled();
        const text = (await page.locator('body').innerText()).replace('中文', '');
        expect(text.match(/\p{Script=Han}+/u)?.[0], name).toBeUndefined();
        expect(await seriousFindings(page, CONTRAST), name).toEqual([]);
      }
      await shoot(page, 'dark-task');
      for (const [name, path] of Object.entries(PUBLIC_PAGES)) {
        await page.goto(path);
        await settled();
        const text = (await page.locator('header').innerText()) + (await page.locator('main').innerText());
        const rest = text.replaceAll('中文', '').replace('衣影', '');
        if (!isLegal(path)) expect(rest.match(/\p{Script=Han}+/u)?.[0], name).toBeUndefined();
        expect(await seriousFindings(page, CONTRAST), name).toEqual([]);
      }
    });
  });

  describe('the pages’ policy', () => {
    it('was broken by none of them, and stops a script that was smuggled in', async () => {
      expect(visitor.complaints).toEqual([]);
      await page.goto('/');
      await page.evaluate(
        `document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.smuggled = 1">')`,
      );
      await expect.poll(() => visitor.complaints.length).toBeGreaterThan(0);
      expect(await page.evaluate('window.smuggled')).toBeUndefined();
    });
  });
}
