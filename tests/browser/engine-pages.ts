import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserStage, buyPlan, inspectPage, signIn, type Visitor } from './browser-stage.ts';
import { garmentPhoto } from './photos.ts';

const SWITCH = 'AI 引擎 AI engines';

/** A card of an engine elsewhere, and what a merchant sees when a developer breaks the engines. */
export function enginePages(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
    await signIn(all, page);
    await buyPlan(all, page);
  }, 120_000);
  afterAll(async () => {
    // Whatever is left broken would break all that come after it.
    await fetch(`${all.stage.cloud.localUrl}/faults`, { method: 'POST', body: '{}' });
    await visitor?.context.close();
  });

  const available = () => page.locator('.balance').innerText();
  /** A photo with a stroke over it, ordered. */
  async function repair(): Promise<void> {
    await page.goto('/app/#/');
    await page.locator('.feature-card', { hasText: '涂抹修复' }).click();
    await page.getByTestId('files').setInputFiles([await garmentPhoto()]);
    const drawing = page.locator('.marks-editor svg');
    await drawing.waitFor();
    await page.locator('.summary button').click();
    await page.locator('#removal-error').getByText('请先涂出要去掉的地方').waitFor();
    await drawing.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await drawing.boundingBox())!;
    await page.mouse.move(x + width * 0.3, y + height * 0.4);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.6, y + height * 0.45, { steps: 4 });
    await page.mouse.up();
    await page.locator('#removal-error').waitFor({ state: 'detached' });
  }
  const send = async (): Promise<void> => {
    await page.locator('.summary button').click();
    await page.waitForURL('**/app/#/tasks/tsk_*');
  };

  describe('a photo that is painted over', () => {
    it('fails with its credit back while the inspector makes engines fail, and is repaired when they work again', async () => {
      const inspector = await all.visitor();
      await inspector.page.goto('/local/#faults');
      const engines = inspector.page.getByLabel(SWITCH);
      const mood = async () =>
        ((await (await fetch(`${all.stage.cloud.localUrl}/faults`)).json()) as { engines: string }).engines;
      await engines.selectOption('failing');
      await expect.poll(mood).toBe('failing');
      await repair();
      await inspectPage(page, 'create-repair');
      await send();
      await page.locator('.ending-refund').getByText('1 额度已返还').waitFor({ timeout: 30_000 });
      await expect.poll(available).toContain('100 额度');
      await engines.selectOption('ok');
      await expect.poll(mood).toBe('ok');
      await repair();
      await send();
      await page.locator('.results img').first().waitFor({ timeout: 45_000 });
      expect(await page.locator('.redo').count(), 'what was painted over is no cut-out to mend').toBe(0);
      await expect.poll(available).toContain('99 额度');
      const [form] = await all.stage.db.query<{ json: string }>(
        'SELECT form_json AS json FROM tasks ORDER BY id DESC LIMIT 1',
      );
      expect(form?.json).toMatch(/drop 40 (29|30)\d,/);
      expect([inspector.complaints, visitor.complaints, await all.stage.audit()]).toEqual([[], [], []]);
      await inspector.context.close();
    });
  });
}
