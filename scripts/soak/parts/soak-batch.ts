import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { newPage, withPages } from '../../bench/pages-stage.ts';
import { movingPicture, type PhotoFile } from '../../browser/photos.ts';
import { newPhone, signIn } from '../../browser/sign-in.ts';
import { zipEntries } from '../../browser/zip-entries.ts';
import { DemoMerchant } from '../../demo/demo-merchant.ts';
import { drawGarment } from '../../garments/draw-garment.ts';
import type { CloudStage } from '../cloud-stage.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

const PHOTOS = 100;
/** Open in every browser, and are refused by the service: at these places. */
const BAD = [3, 41, 77, 99];
const GOOD = PHOTOS - BAD.length;
/** Not let in by the storage at first, which is shown another signature. */
const REFUSED = 5;
const RESULTS = ['cutout.png', 'enhanced.jpg', 'white.jpg'];
/** Two cores may be shared with other work. */
const MOST_WAIT_MS = 300_000;
/** Where photos are sent to. */
const UPLOADS = /\/inputs\/tsk_/;

/**
 * A hundred photos ordered together in the workspace: some refused by the storage and sent again from the queue, some canceled before they
 * were begun and repeated, some that can come to nothing; then all results in one archive.
 */
export async function soakBatch({ say }: SoakRequest): Promise<SoakOutcome> {
  const beganMs = performance.now();
  const violations: string[] = [];
  const must = (isSo: boolean, rule: string): void => void (isSo || violations.push(rule));
  const counts = await withPages(async (stage, browser) => {
    const page = await newPage(stage, browser);
    page.setDefaultTimeout(MOST_WAIT_MS);
    await comeAsMember(stage, page);
    say('batch: chosen and sent');
    const { refused, estimates } = await sendAll(page);
    must(estimates > 0, 'the queue never said how long it would take');
    must(refused === REFUSED, `${refused} uploads were refused by the storage; ${REFUSED} were spoilt`);
    const { canceled, failed } = await cancelWaiting(page);
    must(canceled > 0, 'nothing was left to cancel');
    say(`batch: ${canceled} canceled, ${failed} not done`);
    await page.getByRole('button', { name: `重试未成功的 ${failed} 张` }).click();
    await page.getByText(`已重新处理 ${canceled} 张`).waitFor();
    await allEnded(page);
    await page.getByText(`已完成 ${GOOD}`, { exact: true }).waitFor();
    await page.getByRole('button', { name: `重试未成功的 ${BAD.length} 张` }).click();
    await page.getByText('这些照片换一张才能成功').waitFor();
    // Each that came to something cost one, however often it was begun.
    const left = new RegExp(`^\\s*${PHOTOS - GOOD} 额度`);
    await page.locator('.balance').filter({ hasText: left }).waitFor();
    const files = await takeHome(page);
    must(files === GOOD * RESULTS.length + 1, `the archive holds ${files} files`);
    for (const { rule } of await stage.audit()) violations.push(`the ledger: ${rule}`);
    return { photos: PHOTOS, 'sent again': refused, 'canceled and repeated': canceled, 'of no use': BAD.length, files };
  });
  return { counts, seeds: [0, 0], seconds: (performance.now() - beganMs) / 1000, notes: [], violations };
}

/** The plan's credits are just as many as there are photos. */
async function comeAsMember({ cloud }: CloudStage, page: Page): Promise<void> {
  const phone = newPhone();
  const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
  await merchant.signIn(phone);
  await merchant.buyPlan('monthly_99');
  // The next code to this phone may be asked for a minute later.
  cloud.clock.shift(61_000);
  await signIn(cloud, page, phone);
}

async function drawPhotos(): Promise<PhotoFile[]> {
  const moving = await movingPicture();
  const drawn = await Promise.all(
    [11, 7, 23, 5, 42].map((seed) => drawGarment({ kind: 't-shirt', seed, width: 300, height: 400 })),
  );
  return Array.from({ length: PHOTOS }, (_, n) =>
    BAD.includes(n)
      ? { ...moving, name: `${n}.webp` }
      : { name: `${n}.jpg`, mimeType: 'image/jpeg', buffer: drawn[n % drawn.length]! },
  );
}

/** From the form to the last photo's arrival, those that the storage refused sent again by the queue's own button. */
async function sendAll(page: Page): Promise<{ refused: number; estimates: number }> {
  let spoilt = 0;
  await page.route(UPLOADS, (route) => {
    if (route.request().method() !== 'PUT' || spoilt === REFUSED) return route.fallback();
    spoilt += 1;
    const url = route
      .request()
      .url()
      .replace(/q-signature=\w{4}/, 'q-signature=0000');
    return route.continue({ url });
  });
  await page.goto('/app/#/create/basic_clean');
  await page.getByTestId('files').setInputFiles(await drawPhotos());
  await page
    .locator('.photo img')
    .nth(PHOTOS - 1)
    .waitFor();
  await page.locator('.summary button:enabled').click();
  await page.waitForURL('**/app/#/queue');
  const again = page.getByRole('button', { name: /^重试失败的 \d+ 张$/ });
  const status = page.locator('.queue-total');
  let estimates = 0;
  let refused = 0;
  for (let done = 0; done < PHOTOS; await sleep(100)) {
    const text = (await status.textContent()) ?? '';
    done = Number(/已送达 (\d+) \/ 100/.exec(text)?.[1] ?? 0);
    if (/约还需 \d+ 分钟/.test(text)) estimates += 1;
    // When all the others are there.
    if (done === PHOTOS - REFUSED && (await again.count()) > 0) {
      refused = Number(/\d+/.exec((await again.textContent()) ?? '')?.[0]);
      await again.click();
    }
  }
  return { refused, estimates };
}

/** What has arrived and was not begun, at one press. @returns how many those were and how many came to nothing, once all have ended */
async function cancelWaiting(page: Page): Promise<{ canceled: number; failed: number }> {
  await page.locator('a[href^="#/batches/"]').first().click();
  await page.getByRole('heading', { name: `这一批 ${PHOTOS} 张` }).waitFor();
  await page.getByRole('button', { name: /^取消未开始的 \d+ 张$/ }).click();
  await allEnded(page);
  const canceled = await page.locator('.task-row').filter({ hasText: '已取消' }).count();
  const again = await page.getByRole('button', { name: /^重试未成功的 \d+ 张$/ }).textContent();
  return { canceled, failed: Number(/\d+/.exec(again ?? '')?.[0]) };
}

const allEnded = (page: Page): Promise<void> => page.getByText(/^进行中 \d+$/).waitFor({ state: 'detached' });

/** Packed in the cloud, downloaded and opened. @returns how many files it holds @throws on a wrong checksum */
async function takeHome(page: Page): Promise<number> {
  await page.getByRole('button', { name: '打包全部成品' }).click();
  const link = page.getByRole('link', { name: /^下载 ZIP/ });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return zipEntries(await readFile(await download.path())).length;
}
