import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overflowPixels, seriousFindings } from '../../scripts/browser/inspect-page.ts';
import { removeLongLists, seedLongLists } from '../../scripts/browser/seed-long-lists.ts';
import { type BrowserStage, newPhone, shotFile, signInByCalls, type Visitor } from './browser-stage.ts';

const TASKS = 10_000;
const ENTRIES = 100_000;
/** On the page, however long its list is: as many as one that is just short enough to be drawn whole. */
const MOST_ELEMENTS = 4000;
/** Pages that are asked for while one counts. */
const ON_ITS_WAY = 1;

/** Ten thousand tasks with a result each, and a hundred thousand lines of the ledger, read to where a thumb gets tired. */
export function longLists(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let asked: string[] = [];
  const phone = newPhone();

  beforeAll(async () => {
    all = at();
    visitor = await all.visitor();
    page = visitor.page;
    await signInByCalls(all, visitor, phone);
    const lists = { phone, tasks: TASKS, entries: ENTRIES, nowMs: all.stage.cloud.clock.now() };
    await seedLongLists(all.stage.db, all.stage.cloud.objects, lists);
    page.on('request', (request) => {
      if (request.method() === 'GET') asked.push(new URL(request.url()).pathname.split('/').at(-1) ?? '');
    });
  }, 120_000);
  afterAll(async () => {
    await visitor?.context.close();
    await removeLongLists(all.stage.db, phone);
  });

  /** Down and down until so many are loaded; nowhere on the way is more drawn than is near the screen. */
  async function scrollDown(items: string, until: () => Promise<number>, count: number): Promise<void> {
    await page.locator(items).first().waitFor();
    while ((await until()) < count) {
      const before = await until();
      const further = async (): Promise<number> => {
        await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
        return until();
      };
      await expect.poll(further).toBeGreaterThan(before);
      expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(MOST_ELEMENTS);
    }
  }
  const loaded = async (selector: string, attribute: string): Promise<number> =>
    Number((await page.locator(selector).first().getAttribute(attribute)) ?? (await page.locator(selector).count()));
  const times = (name: string): number => asked.filter((one) => one === name).length;

  /** The whole of a long page would be a picture of a hundred thousand pixels. */
  async function shootScreen(name: string): Promise<void> {
    await page.screenshot({ path: shotFile(`${name}-1280`), type: 'jpeg', quality: 90 });
  }

  describe('long lists', () => {
    it('a ledger of 100,000 lines draws what is near the screen, and asks for each page once', async () => {
      asked = [];
      await page.goto('/app/#/credits');
      await scrollDown('.ledger tbody tr', () => loaded('.ledger', 'aria-rowcount'), 1501);
      expect(times('list-quota-entries')).toBeLessThanOrEqual(
        ((await loaded('.ledger', 'aria-rowcount')) - 1) / 100 + ON_ITS_WAY,
      );
      // What stands there is what comes there: each line's balance follows from the one below it.
      await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight / 2)');
      const visible = (): Promise<number> =>
        page.evaluate(
          '[...document.querySelectorAll(".ledger tbody tr[aria-rowindex]")].filter((row) => { const { top, bottom } = row.getBoundingClientRect(); return bottom > 0 && top < innerHeight; }).length',
        );
      await expect.poll(visible).toBeGreaterThan(10);
      const rows = page.locator('.ledger tbody tr[aria-rowindex]');
      const indexes = () => rows.evaluateAll((found) => found.map((row) => Number(row.getAttribute('aria-rowindex'))));
      await expect.poll(async () => (await indexes())[0]).toBeGreaterThan(600);
      const drawn = await indexes();
      expect(drawn).toEqual(drawn.map((_, n) => drawn[0]! + n));
      await shootScreen('ledger-long');
    });

    it('is begun anew when its page is opened again: no page of it is asked for twice', async () => {
      await page.goto('/app/#/');
      await page.locator('.task-row').first().waitFor();
      asked = [];
      await page.goto('/app/#/credits');
      await page.locator('.ledger tbody tr').first().waitFor();
      await expect.poll(() => times('list-quota-entries')).toBeGreaterThan(0);
      await page.waitForLoadState('networkidle');
      expect(times('list-quota-entries')).toBeLessThanOrEqual(2);
    });

    it('a library of 10,000 results does, too, and all that is loaded can be chosen', async () => {
      asked = [];
      await page.goto('/app/#/library');
      await scrollDown('.asset', () => loaded('.asset', 'aria-setsize'), 500);
      const count = await loaded('.asset', 'aria-setsize');
      expect(times('list-assets')).toBeLessThanOrEqual(count / 100 + ON_ITS_WAY);
      await page.getByRole('button', { name: '全选已加载的' }).click();
      await page.getByText(/^已选 [5-9]00 项$/).waitFor();
      await page.getByRole('button', { name: '取消选择' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await shootScreen('library-long');
      await page.setViewportSize({ width: 360, height: 860 });
      await expect.poll(() => overflowPixels(page)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 860 });
    });

    it('so does the list of 10,000 tasks, whose pictures are asked for only where somebody stays', async () => {
      asked = [];
      await page.goto('/app/#/tasks');
      await scrollDown('.task-list .task-row', () => loaded('.task-list > li', 'aria-setsize'), 400);
      expect(times('list-tasks')).toBeLessThanOrEqual(
        (await loaded('.task-list > li', 'aria-setsize')) / 50 + ON_ITS_WAY,
      );
      expect(times('get-task')).toBeLessThan(150);
      expect(await seriousFindings(page)).toEqual([]);
      await shootScreen('tasks-long');
      expect(visitor.complaints).toEqual([]);
    });
  });
}
