import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { garmentPhoto } from '../../scripts/browser/photos.ts';
import {
  type BrowserStage,
  buyPlanOnPhone,
  fillInLogin,
  inspectPage,
  newPhone,
  SLOW_PICTURE_MS,
  setFaults,
  shownResults,
  shownTask,
  type Visitor,
} from './browser-stage.ts';
import { inspectorAreas, inspectorFaults } from './inspector-pages.ts';

const SWITCH = 'AI 引擎 AI engines';

/** A merchant with a phone: touch, 360 px, English, dark. A card of an engine elsewhere, and what is seen when a developer breaks the engines. */
export function enginePages(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let inspector: Visitor;
  let page: Page;
  let slowTask = '';

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor({ hasTouch: true, viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    inspector = await all.visitor();
    page = visitor.page;
  }, 120_000);
  afterAll(async () => {
    // Whatever is left broken would break all that come after it.
    await setFaults(all);
    await visitor?.context.close();
    await inspector?.context.close();
  });

  const available = () => page.locator('.balance').innerText();
  const engines = () => inspector.page.getByLabel(SWITCH);
  const mood = async () =>
    ((await (await fetch(`${all.stage.cloud.localUrl}/faults`)).json()) as { engines: string }).engines;
  const choose = async (one: 'ok' | 'slow' | 'failing'): Promise<void> => {
    await engines().selectOption(one);
    await expect.poll(mood).toBe(one);
  };

  /** A stroke of a finger, in shares of the drawing. */
  async function stroke(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const drawing = page.locator('.marks-editor svg');
    await drawing.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await drawing.boundingBox())!;
    const touch = await visitor.context.newCDPSession(page);
    const at = (share: number) => ({
      x: x + width * (from[0] + (to[0] - from[0]) * share),
      y: y + height * (from[1] + (to[1] - from[1]) * share),
    });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at(0)] });
    for (const share of [0.25, 0.5, 0.75, 1])
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [at(share)] });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await touch.detach();
  }

  /** A photo that the camera took, with a stroke over it. */
  async function repair(): Promise<void> {
    await page.goto('/app/#/');
    await page.locator('.feature-card', { hasText: 'Retouch' }).tap();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Take a photo' }).tap(),
    ]);
    expect(await chooser.element().getAttribute('capture')).toBe('environment');
    await chooser.setFiles([await garmentPhoto()]);
    await page.locator('.marks-editor svg').waitFor();
    await page.locator('.summary button').tap();
    await page.locator('#removal-error').getByText('Paint over what should be removed first').waitFor();
    await stroke([0.3, 0.4], [0.6, 0.45]);
    await page.locator('#removal-error').waitFor({ state: 'detached' });
  }
  const send = () => page.locator('.summary button').click();

  describe('a merchant with a phone', () => {
    it('signs up in English and pays where the phone leads: WeChat’s own page, and Alipay’s', async () => {
      await page.goto('/login/');
      await page.getByRole('button', { name: 'English' }).tap();
      await fillInLogin(all, page, newPhone());
      await page.waitForURL('**/app/**');
      await page.locator('.tile').first().waitFor();
      await expect
        .poll(() => page.evaluate('[document.documentElement.lang, matchMedia("(pointer: coarse)").matches]'))
        .toEqual(['en', true]);
      await buyPlanOnPhone(page, 'WeChat Pay');
      await expect.poll(available).toBe('100 credits');
      await buyPlanOnPhone(page, 'Alipay');
      await expect.poll(available).toBe('200 credits');
      const methods = await all.stage.db.query<{ method: string }>(
        'SELECT method FROM order_attempts ORDER BY created_at DESC LIMIT 2',
      );
      expect(methods.map(({ method }) => method)).toEqual(['wap', 'h5']);
    });
  });

  describe('a photo that is painted over', () => {
    it('fails with its credit back while the inspector makes engines fail, is tried again, and waits for one that is slow', async () => {
      await inspector.page.goto('/local/#faults');
      await choose('failing');
      await repair();
      await inspectPage(page, 'create-repair');
      await send();
      await page.locator('.ending-refund').getByText('1 credit(s) came back').waitFor();
      await expect.poll(available).toBe('200 credits');
      await choose('slow');
      const failed = await shownTask(page);
      await page.getByRole('button', { name: 'Try again' }).tap();
      slowTask = (await shownTask(page, failed)).split('/').at(-1) ?? '';
    });

    inspectorAreas(
      () => all,
      () => inspector,
    );

    it('is repaired when they work again, while the slow one is still at it', async () => {
      const stateOf = async () =>
        (
          await all.stage.db.query<{ state: string; ms: number }>(
            'SELECT state, TIMESTAMPDIFF(MICROSECOND, created_at, ended_at) / 1000 AS ms FROM tasks WHERE id = ?',
            [slowTask],
          )
        )[0];
      await inspector.page.goto('/local/#faults');
      await choose('ok');
      await repair();
      await send();
      const repaired = await shownResults(page, `#/tasks/${slowTask}`);
      expect(await page.locator('.redo').count(), 'what was painted over is no cut-out to mend').toBe(0);
      const [form] = await all.stage.db.query<{ json: string }>('SELECT form_json AS json FROM tasks WHERE id = ?', [
        repaired.split('/').at(-1) ?? '',
      ]);
      expect(form?.json).toMatch(/drop 40 (29|30)\d,/);
      await page.goto(`/app/#/tasks/${slowTask}`);
      await shownResults(page, repaired);
      const slow = await stateOf();
      expect([slow?.state, Number(slow?.ms) >= SLOW_PICTURE_MS]).toEqual(['succeeded', true]);
      await expect.poll(available).toBe('198 credits');
      expect([inspector.complaints, visitor.complaints, await all.stage.audit()]).toEqual([[], [], []]);
    });
  });

  inspectorFaults(
    () => all,
    () => ({ inspector, merchant: page }),
  );
}
