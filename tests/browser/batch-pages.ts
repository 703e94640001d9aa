import { readFile } from 'node:fs/promises';
import type { Page, Route } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { garmentPhoto, movingPicture, type PhotoFile } from '../../scripts/browser/photos.ts';
import { zipEntries } from '../../scripts/browser/zip-entries.ts';
import { type BrowserStage, inspectPage, openForm, type Visitor } from './browser-stage.ts';

/** Where photos are sent to. */
const PHOTOS = /\/inputs\/tsk_/;
const HOSTILE = '"><img src=x onerror=alert(1)>.jpg';

/** Photos that are ordered together, of a merchant who has credits. */
export function batchPages(at: () => BrowserStage, who: () => Visitor): void {
  let all: BrowserStage;
  let visitor: Visitor;
  let page: Page;
  let photo: PhotoFile;
  let authorization = '';

  beforeAll(async () => {
    all = at();
    visitor = who();
    page = visitor.page;
    photo = await garmentPhoto();
    page.on('request', (request) => {
      authorization = request.headers()['authorization'] ?? authorization;
    });
  });

  async function send(files: PhotoFile[]): Promise<void> {
    await openForm(page);
    await page.getByTestId('files').setInputFiles(files);
    await expect.poll(() => page.locator('.photo img').count()).toBe(files.length);
    await page.locator('.summary button').click();
    await page.waitForURL('**/app/#/queue');
    await page.locator('a[href^="#/batches/"]').first().waitFor();
  }
  /** Photos wait at the door. @returns what lets so many of them go on */
  async function holdPhotos(): Promise<(count: number) => Promise<void>> {
    const held: Route[] = [];
    await page.route(PHOTOS, (route) =>
      route.request().method() === 'PUT' ? void held.push(route) : route.continue(),
    );
    return async (count) => {
      await expect.poll(() => held.length).toBeGreaterThanOrEqual(count);
      for (const route of held.splice(0, count)) await route.continue();
    };
  }
  /** By a program of the merchant's, with the page's own token. */
  const ask = (path: string, sent: RequestInit = {}) =>
    fetch(`${all.stage.cloud.apiUrl}/v1/${path}`, {
      ...sent,
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'by-a-program' },
    });
  const held = async (): Promise<number> => {
    const { data } = (await (await ask('query-quota')).json()) as { data: { available: number } };
    return data.available;
  };
  /** Orders by a program of the merchant's, with the page's own token, while the page stays as it is. */
  async function spendAllBut(left: number): Promise<void> {
    const one = { name: 'later.jpg', contentType: 'image/jpeg', sizeBytes: 1000 };
    const photos = Array.from({ length: (await held()) - left }, () => one);
    const body = JSON.stringify({ featureId: 'basic_clean', photos });
    const answer = await ask('create-batch', { method: 'POST', body });
    expect(answer.status).toBe(201);
  }
  const counts = () =>
    all.stage.db.query<{ batches: number; tasks: number }>(
      'SELECT (SELECT COUNT(*) FROM batches) AS batches, (SELECT COUNT(*) FROM batch_tasks) AS tasks',
    );
  const credits = async () => Number.parseInt(await page.locator('.balance').innerText(), 10);

  describe('a batch', () => {
    it('is one order of all its photos; one bad file spoils none of the others, and its credit comes back', async () => {
      await page.goto('/app/#/');
      await expect.poll(credits).toBeGreaterThan(5);
      const before = await held();
      const [known] = await counts();
      const letGo = await holdPhotos();
      await send([{ ...photo, name: HOSTILE }, { ...photo, name: 'b.jpg' }, await movingPicture()]);
      const counted = [{ batches: known!.batches + 1, tasks: known!.tasks + 3 }];
      expect(await counts()).toEqual(counted);
      await page.locator('a[href^="#/batches/"]').first().click();
      await page.locator('h1').getByText('这一批 3 张').waitFor();
      // As soon as it has seen some of them end while others are still on their way.
      await letGo(2);
      await page.getByText(/约还需 \d+ 分钟/).waitFor({ timeout: 60_000 });
      await letGo(1);
      await page.unroute(PHOTOS);
      await page.getByText('已完成 2').waitFor({ timeout: 60_000 });
      await page.getByText('未成功 1').waitFor();
      await expect.poll(() => page.locator('.task-row').first().innerText()).toContain(HOSTILE);
      await expect.poll(() => page.locator('.task-row').last().innerText()).toMatch(/不支持动图[\s\S]*1 额度已返还/);
      await expect.poll(credits).toBe(before - 2);
      await page.getByRole('button', { name: '重试未成功的 1 张' }).click();
      await page.getByText('这些照片换一张才能成功').waitFor();
      expect(await counts()).toEqual(counted);
    });

    it('is taken home whole: packed in the cloud, also over a reload, and its archive is opened', async () => {
      await page.getByRole('button', { name: '打包全部成品' }).click();
      await page.getByText('正在云端打包').first().waitFor();
      await page.reload();
      const link = page.getByRole('link', { name: /^下载 ZIP/ });
      await link.waitFor({ timeout: 45_000 });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(download.suggestedFilename()).toMatch(/^衣影成品-\d{4}-\d\d-\d\d-[0-9A-Z]{6}\.zip$/);
      const entries = zipEntries(await readFile(await download.path()));
      const three = ['cutout.png', 'enhanced.jpg', 'white.jpg'];
      const names = entries.map(({ name }) => name.split('/').at(-1));
      expect(names.sort()).toEqual([...three, ...three, '清单.csv'].sort());
      await page.getByRole('button', { name: '重新打包' }).waitFor();
      await inspectPage(page, 'batch');
    });

    it('is found among the batches, on any device: what it is of, and how far', async () => {
      await page.goto('/app/#/tasks');
      await page.getByRole('link', { name: '批次' }).click();
      const row = page.locator('.task-list a.task-row');
      await expect
        .poll(() => row.allInnerTexts())
        .toEqual([expect.stringMatching(/^这一批 3 张 · 基础修图\s+"><img[\s\S]*等 3 张[\s\S]*已完成 2\s+未成功 1$/)]);
      await inspectPage(page, 'batches');
      await row.click();
      await page.locator('h1').getByText('这一批 3 张').waitFor();
    });

    it('is found among the tasks by the name of a file, by card, by day and by state', async () => {
      await page.goto('/app/#/tasks');
      const rows = page.locator('.task-list a.task-row');
      await expect.poll(() => rows.count()).toBeGreaterThan(4);
      await page.getByLabel('按批次里的文件名查找').fill('onerror');
      await expect.poll(() => rows.count()).toBe(1);
      await page.getByLabel('按批次里的文件名查找').fill('.webp');
      await expect.poll(() => rows.allInnerTexts()).toEqual([expect.stringContaining('不支持动图')]);
      await page.getByRole('radio', { name: '已完成' }).click();
      await page.getByText('没有符合条件的任务').waitFor();
      await page.getByLabel('按批次里的文件名查找').fill('');
      await page.getByRole('radio', { name: '全部' }).click();
      await page.getByLabel('按功能筛选').selectOption({ label: '文案' });
      await expect.poll(() => rows.count()).toBe(1);
      await page.getByLabel('从').fill('2037-01-01');
      await page.getByText('没有符合条件的任务').waitFor();
      await page.getByLabel('从').fill('');
      await page.getByLabel('到').fill('2025-01-01');
      await page.getByText('没有符合条件的任务').waitFor();
      await page.getByLabel('到').fill('2037-01-01');
      await expect.poll(() => rows.count()).toBe(1);
    });

    it('is the same batch after a reload in the middle, and ends before it began with all its credits back', async () => {
      const before = await held();
      const [known] = await counts();
      const network = await visitor.context.newCDPSession(page);
      const slow = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 30_000 };
      await network.send('Network.emulateNetworkConditions', slow);
      const big = { ...photo, buffer: Buffer.concat([photo.buffer, Buffer.alloc(3_000_000)]) };
      await send([
        { ...big, name: 'c.jpg' },
        { ...big, name: 'd.jpg' },
      ]);
      await page
        .getByText(/上传中 \d+%/)
        .first()
        .waitFor();
      await page.reload();
      await page
        .getByText(/上传中 \d+%/)
        .first()
        .waitFor();
      expect(await counts()).toEqual([{ batches: known!.batches + 1, tasks: known!.tasks + 2 }]);
      await page.locator('a[href^="#/batches/"]').first().click();
      await page.getByRole('button', { name: '取消未开始的 2 张' }).click();
      await page.getByText('未成功 2').waitFor();
      await network.send('Network.emulateNetworkConditions', { ...slow, latency: 0, uploadThroughput: -1 });
      await network.detach();
      await expect.poll(credits).toBe(before);
      // What is left of it here ends by itself, too: the next one counts its photos.
      await page.locator('.uploads-pill').waitFor({ state: 'detached' });
    });

    it('that was refused and lost a photo is one order of the others, by the page that is opened next', async () => {
      await openForm(page);
      // Refused as soon as they have arrived: nobody waits for their pictures.
      const moving = await movingPicture();
      const files = ['e', 'f', 'g'].map((name) => ({ ...moving, name: `${name}.webp` }));
      await page.getByTestId('files').setInputFiles(files);
      await expect.poll(() => page.locator('.photo img').count()).toBe(3);
      // Spent meanwhile by a program of the merchant's: the page still shows enough for three.
      await spendAllBut(2);
      const [before] = await counts();
      await page.locator('.summary button').click();
      const rows = page.locator('.task-list .task-row').filter({ hasText: '额度不足' });
      await expect.poll(() => rows.count()).toBe(3);
      await expect.poll(credits).toBe(2);
      await page.goto('/app/#/');
      await page.locator('.tile-figure.bad-text').getByText('2', { exact: true }).waitFor();
      await page.locator('.tile-note.bad-text').getByText('余量不多了').waitFor();
      await page.goto('/app/#/queue');
      await rows.first().getByRole('button', { name: '取消' }).click();
      await expect.poll(() => rows.count()).toBe(2);
      await page.reload();
      await page.getByText('已送达 2 / 2').waitFor();
      const [after] = await counts();
      expect([after!.batches - before!.batches, after!.tasks - before!.tasks]).toEqual([1, 2]);
      expect(await all.stage.audit()).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });
  });
}
