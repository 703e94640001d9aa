import { readFile } from 'node:fs/promises';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { garmentPhoto, movingPicture, type PhotoFile } from '../../scripts/browser/photos.ts';
import { zipEntries } from '../../scripts/browser/zip-entries.ts';
import {
  type BrowserStage,
  comeAsMember,
  fillInLogin,
  followClock,
  newPhone,
  openForm,
  setFaults,
  shownResults,
  shownTask,
  type Visitor,
} from './browser-stage.ts';

const MINUTE = 60_000;
/** Where photos are sent to. */
const PHOTOS = /\/inputs\/tsk_/;

/** Reloads, lost networks, expired tokens, several tabs, Back. Moves the clock, so it comes last. */
export function interruptions(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let photo: PhotoFile;
  /** Refused as soon as it has arrived: where the arrival is all that is looked at, nobody waits for pictures. */
  let refusable: PhotoFile;
  let phone: string;

  beforeAll(async () => {
    all = at();
    photo = await garmentPhoto();
    refusable = await movingPicture();
    visitor = await all.visitor();
    page = visitor.page;
    phone = await comeAsMember(all, visitor);
  }, 120_000);
  afterAll(() => visitor?.context.close());
  // What a test has interrupted would interrupt those that come after it.
  afterEach(async () => {
    await visitor.context.setOffline(false);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await setFaults(all);
  });

  const tasksMade = async (): Promise<number> => (await all.stage.db.query('SELECT id FROM tasks', [])).length;

  /** The photo has arrived and was looked at. */
  const shownRefusal = () => page.locator('.ending').getByText('不支持动图').waitFor();
  const allEnded = () =>
    expect
      .poll(() =>
        all.stage.db.query(
          `SELECT t.id FROM tasks t JOIN merchants m ON m.id = t.merchant_id
           WHERE m.phone = ? AND t.state IN ('awaiting_upload', 'queued', 'processing')`,
          [phone],
        ),
      )
      .toEqual([]);

  /** What the page shows, once it is what the service says. */
  async function balance(): Promise<string> {
    const [held] = await all.stage.db.query<{ credits: string }>(
      `SELECT SUM(l.remaining) AS credits FROM quota_lots l JOIN merchants m ON m.id = l.merchant_id WHERE m.phone = ?`,
      [phone],
    );
    await expect.poll(() => page.locator('.balance').innerText()).toBe(`${held?.credits} 额度`);
    return `${held?.credits} 额度`;
  }

  /** Chosen, checked, and waiting for the button. */
  async function choose(...files: PhotoFile[]): Promise<void> {
    await openForm(page);
    await page.getByTestId('files').setInputFiles(files);
    await expect.poll(() => page.locator('.photo img').count()).toBe(files.length);
  }

  /** @returns what ends it */
  async function slowUploads(bytesPerSecond: number): Promise<() => Promise<void>> {
    const network = await visitor.context.newCDPSession(page);
    const slow = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
    await network.send('Network.emulateNetworkConditions', slow);
    return async () => {
      await network.send('Network.emulateNetworkConditions', { ...slow, latency: 0, uploadThroughput: -1 });
      await network.detach();
    };
  }

  describe('what is under way', () => {
    it('goes on after a reload in the middle of an upload, as the same task', async () => {
      const before = await tasksMade();
      await choose({ ...photo, buffer: Buffer.concat([photo.buffer, Buffer.alloc(400_000)]) });
      const hurry = await slowUploads(60_000);
      await page.locator('.summary button').click();
      await page.getByText(/上传中 \d+%/).waitFor();
      await page.reload();
      await hurry();
      await shownResults(page);
      expect(await tasksMade()).toBe(before + 1);
    });

    it('waits for the network, and nothing is lost or made twice', async () => {
      const before = await tasksMade();
      await choose({ ...refusable, name: 'a.webp' }, { ...refusable, name: 'b.webp' });
      await visitor.context.setOffline(true);
      await page.locator('.offline p').waitFor();
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/queue');
      await expect.poll(() => page.getByText('等待网络').count()).toBe(2);
      await visitor.context.setOffline(false);
      await page.getByText(/已送达 (\d+) \/ \1$/).waitFor();
      await allEnded();
      // On the page that was looked at all the while, without a press.
      await balance();
      expect(await tasksMade()).toBe(before + 2);
    });

    it('is one task when the answer to its creation was lost on the way', async () => {
      const before = await tasksMade();
      await page.route(
        '**/v1/create-task',
        async (route) => {
          await route.fetch();
          await route.abort('connectionreset');
        },
        { times: 1 },
      );
      await choose(refusable);
      await page.locator('.summary button').click();
      await shownRefusal();
      expect(await tasksMade()).toBe(before + 1);
    });

    it('shows a photo that the storage refused with why and 重试, which sends it, alone or with others', async () => {
      const before = await tasksMade();
      // The first by the storage itself, which is shown another signature; the others as one that is overloaded would.
      const refuse = async (count: number, answer: (route: Route) => Promise<void>): Promise<void> => {
        let left = count;
        await page.route(PHOTOS, (route) => {
          if (route.request().method() !== 'PUT' || left === 0) return route.fallback();
          left -= 1;
          return answer(route);
        });
      };
      const forged = (route: Route) =>
        route.continue({
          url: route
            .request()
            .url()
            .replace(/q-signature=\w{4}/, 'q-signature=0000'),
        });
      const overloaded = (route: Route) =>
        route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' } });
      const again = () => page.getByRole('button', { name: '重试', exact: true }).first().click();
      await refuse(1, forged);
      await choose(refusable);
      await page.locator('.summary button').click();
      await page.locator('.progress-upload').getByText('上传没有完成').waitFor();
      await again();
      await shownRefusal();
      await refuse(2, overloaded);
      await choose({ ...refusable, name: 'c.webp' }, { ...refusable, name: 'd.webp' });
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/queue');
      const failed = page.locator('.task-row').filter({ hasText: '上传没有完成' });
      await expect.poll(() => failed.count()).toBe(2);
      await failed.first().getByRole('button', { name: '重试' }).click();
      await expect.poll(() => failed.count()).toBe(1);
      await page.getByRole('button', { name: '重试失败的 1 张' }).click();
      await page.getByText(/已送达 (\d+) \/ \1$/).waitFor();
      await allEnded();
      expect(await tasksMade()).toBe(before + 3);
    });

    it('is canceled with its credit back, while the photo is on its way', async () => {
      const before = await balance();
      await choose({ ...photo, buffer: Buffer.concat([photo.buffer, Buffer.alloc(2_000_000)]) });
      const hurry = await slowUploads(50_000);
      await page.locator('.summary button').click();
      await page.getByText(/上传中 \d+%/).waitFor();
      // The page asks how far it is; as long as nothing has changed, it is told so and no more.
      await page.waitForResponse((response) => response.url().includes('/v1/get-task') && response.status() === 304);
      await page.getByText('取消任务').click();
      await page.locator('.ending').getByText('已取消').waitFor();
      await hurry();
      await expect.poll(() => page.locator('.balance').innerText()).toBe(before);
    });

    it('does not notice that its token has expired in the middle of an action', async () => {
      await choose(photo);
      all.stage.cloud.clock.shift(16 * MINUTE);
      await page.locator('.summary button').click();
      await shownResults(page);
    });

    it('packs what was chosen when the links to it have run out meanwhile', async () => {
      await page.goto('/app/#/library');
      await page.locator('.asset').first().waitFor();
      all.stage.cloud.clock.shift(16 * MINUTE);
      await followClock(all, page);
      await page.getByRole('button', { name: '全选已加载的' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '打包下载' }).click(),
      ]);
      const packed = zipEntries(await readFile(await download.path()));
      expect(packed).toHaveLength(await page.locator('.asset').count());
    });

    it('says of an order that nobody paid that its code has run out, then that it is closed, and is ordered again', async () => {
      await page.goto('/app/#/membership');
      await page.locator('.plan .button-primary').click();
      await page.locator('.qr').waitFor();
      all.stage.cloud.clock.shift(16 * MINUTE);
      await followClock(all, page);
      await page.getByText('二维码已过期').waitFor();
      await expect.poll(() => page.locator('.qr').count()).toBe(0);
      await all.stage.cloud.timers.fireNow('reconcile-orders');
      await page.getByText('订单已关闭').waitFor();
      await page.getByRole('link', { name: '重新下单' }).click();
      await page.locator('.plan .button-primary').waitFor();
      await page.locator('a.task-row').first().getByText('订单已关闭').waitFor();
      await page.reload();
    });

    it('keeps three tabs signed in that refresh at the same moment', async () => {
      all.stage.cloud.clock.shift(16 * MINUTE);
      const tabs = await Promise.all([1, 2, 3].map(() => visitor.context.newPage()));
      await Promise.all(tabs.map((tab) => tab.goto('/app/#/credits')));
      await Promise.all(tabs.map((tab) => tab.locator('.ledger').waitFor()));
      await Promise.all(tabs.map((tab) => tab.close()));
    });

    it('stays signed in over a reload in the middle of a renewal: the token was used, its answer never came', async () => {
      const renewals = '**/v1/refresh-session';
      let isUsed = (): void => undefined;
      const used = new Promise<void>((resolve) => (isUsed = resolve));
      // Really sent, with the browser's own cookie; what is answered reaches nobody.
      await page.route(
        renewals,
        async (route) => {
          const { host: _, 'content-length': __, ...headers } = await route.request().allHeaders();
          const sent = { method: 'POST', headers, body: route.request().postData() ?? '{}' };
          expect((await fetch(route.request().url(), sent)).status).toBe(200);
          isUsed();
        },
        { times: 1 },
      );
      await page.reload();
      await used;
      await page.reload();
      await page.goto('/app/#/credits');
      await page.locator('.ledger').waitFor();
      expect(await page.evaluate("localStorage.getItem('yiying.renewal')")).toBeNull();
      const reused = await all.stage.db.query(
        'SELECT id FROM sessions WHERE revoked_at IS NOT NULL AND merchant_id = ?',
        [(await all.stage.db.query<{ id: string }>('SELECT id FROM merchants WHERE phone = ?', [phone]))[0]!.id],
      );
      expect(reused).toEqual([]);
    });

    it('is left with Back and found with Forward', async () => {
      await page.goto('/app/#/tasks');
      await page.locator('a.task-row').first().click();
      const left = await shownTask(page);
      await page.goBack();
      await page.locator('.filters').waitFor();
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
      await page.goForward();
      expect(await shownTask(page)).toBe(left);
    });

    it('is found again after signing in: the page that was asked for', async () => {
      const stranger = await all.visitor();
      await stranger.page.goto('/app/#/membership');
      await stranger.page.waitForURL('**/login/?next=*');
      await stranger.page.goto('/login/?next=//example.com/');
      await stranger.page.locator('#login').waitFor();
      await stranger.page.goto('/app/#/membership');
      await stranger.page.waitForURL('**/login/?next=*');
      await fillInLogin(all, stranger.page, newPhone());
      await stranger.page.waitForURL('**/app/#/membership');
      await stranger.context.close();
    });

    it('says the number of a request that failed, which a press copies for support, and goes on once it can', async () => {
      await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto('/app/#/');
      await page.getByTestId('available').waitFor();
      await setFaults(all, { databaseStopped: true });
      await page.goto('/app/#/credits');
      const number = page.locator('.request-id').first();
      const text = await number.locator('span').innerText();
      await number.getByRole('button', { name: '复制' }).click();
      const copied = String(await page.evaluate('navigator.clipboard.readText()'));
      expect([copied.length > 8, text]).toEqual([true, `请求编号 ${copied}`]);
      await setFaults(all);
      await page.getByRole('button', { name: '重试' }).first().click();
      await page.locator('.ledger tbody tr').first().waitFor();
    });

    it('left the ledger in order, and no page complained', async () => {
      expect(await all.stage.audit()).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });
  });
}
