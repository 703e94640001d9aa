import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserStage, comeAsMember, fillInLogin, newPhone, type Visitor } from './browser-stage.ts';
import { garmentPhoto, type PhotoFile } from './photos.ts';
import { zipEntries } from './zip-entries.ts';

const MINUTE = 60_000;

/** Reloads, lost networks, expired tokens, several tabs, Back. Moves the clock, so it comes last. */
export function interruptions(at: () => BrowserStage): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let photo: PhotoFile;
  let phone: string;

  beforeAll(async () => {
    all = at();
    photo = await garmentPhoto();
    visitor = await all.visitor();
    page = visitor.page;
    phone = await comeAsMember(all, visitor);
  }, 120_000);
  afterAll(() => visitor?.context.close());

  const tasksMade = async (): Promise<number> => (await all.stage.db.query('SELECT id FROM tasks', [])).length;

  /** Chosen, checked, and waiting for the button. */
  async function choose(...files: PhotoFile[]): Promise<void> {
    await page.goto('/app/#/');
    await page.goto('/app/#/create/basic_clean');
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
      await page.locator('.results img').first().waitFor({ timeout: 60_000 });
      expect(await tasksMade()).toBe(before + 1);
    });

    it('waits for the network, and nothing is lost or made twice', async () => {
      const before = await tasksMade();
      await choose({ ...photo, name: 'a.jpg' }, { ...photo, name: 'b.jpg' });
      await visitor.context.setOffline(true);
      await page.locator('.offline p').waitFor();
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/queue');
      await expect.poll(() => page.getByText('等待网络').count()).toBe(2);
      await visitor.context.setOffline(false);
      await page.getByText('已送达 3 / 3').waitFor();
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
      await choose(photo);
      await page.locator('.summary button').click();
      await page.locator('.results img').first().waitFor({ timeout: 60_000 });
      expect(await tasksMade()).toBe(before + 1);
    });

    it('is canceled with its credit back, while the photo is on its way', async () => {
      await expect.poll(() => page.locator('.balance').innerText()).toBe('96 额度');
      await choose({ ...photo, buffer: Buffer.concat([photo.buffer, Buffer.alloc(2_000_000)]) });
      const hurry = await slowUploads(50_000);
      await page.locator('.summary button').click();
      await page.getByText(/上传中 \d+%/).waitFor();
      // The page asks how far it is; as long as nothing has changed, it is told so and no more.
      await page.waitForResponse((response) => response.url().includes('/v1/get-task') && response.status() === 304);
      await page.getByText('取消任务').click();
      await page.locator('.ending').getByText('已取消').waitFor();
      await hurry();
      await expect.poll(() => page.locator('.balance').innerText()).toBe('96 额度');
    });

    it('does not notice that its token has expired in the middle of an action', async () => {
      await choose(photo);
      all.stage.cloud.clock.shift(16 * MINUTE);
      await page.locator('.summary button').click();
      await page.waitForURL('**/app/#/tasks/tsk_*');
      await page.locator('.results img').first().waitFor({ timeout: 60_000 });
    });

    it('packs what was chosen when the links to it have run out meanwhile', async () => {
      await page.goto('/app/#/library');
      await page.locator('.asset').first().waitFor();
      const { clock } = all.stage.cloud;
      clock.shift(16 * MINUTE);
      const aheadMs = clock.now() - Date.now();
      await page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${aheadMs}; }`);
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
      // The page's own clock has gone with the cloud's since the links ran out.
      all.stage.cloud.clock.shift(16 * MINUTE);
      await page.evaluate(`{ const now = Date.now; Date.now = () => now() + ${16 * MINUTE}; }`);
      await page.getByText('二维码已过期').waitFor();
      expect(await page.locator('.qr').count()).toBe(0);
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
      await page.waitForURL('**/app/#/tasks/tsk_*');
      const title = await page.locator('h1').innerText();
      await page.goBack();
      await page.locator('.filters').waitFor();
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
      await page.goForward();
      await page.locator('h1').getByText(title).waitFor();
    });

    it('is found again after signing in: the page that was asked for', async () => {
      const stranger = await all.visitor();
      await stranger.page.goto('/app/#/membership');
      await stranger.page.waitForURL('**/login/?next=*');
      await stranger.page.goto('/login/?next=//example.com/');
      expect(await stranger.page.locator('#login').count()).toBe(1);
      await stranger.page.goto('/app/#/membership');
      await stranger.page.waitForURL('**/login/?next=*');
      await fillInLogin(all, stranger.page, newPhone());
      await stranger.page.waitForURL('**/app/#/membership');
      await stranger.context.close();
    });

    it('says the number of a request that failed, which a press copies for support, and goes on once it can', async () => {
      const faults = (body: object) =>
        fetch(`${all.stage.cloud.localUrl}/faults`, { method: 'POST', body: JSON.stringify(body) });
      await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto('/app/#/');
      await page.getByTestId('available').waitFor();
      await faults({ databaseStopped: true });
      await page.goto('/app/#/credits');
      const number = page.locator('.request-id').first();
      const text = await number.locator('span').innerText();
      await number.getByRole('button', { name: '复制' }).click();
      const copied = String(await page.evaluate('navigator.clipboard.readText()'));
      expect([copied.length > 8, text]).toEqual([true, `请求编号 ${copied}`]);
      await faults({});
      await page.getByRole('button', { name: '重试' }).first().click();
      await page.locator('.ledger tbody tr').first().waitFor();
    });

    it('left the ledger in order, and no page complained', async () => {
      expect(await all.stage.audit()).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });
  });
}
