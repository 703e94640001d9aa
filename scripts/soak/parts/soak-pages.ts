import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import {
  overflowPixels,
  PUBLIC_PAGES,
  seriousFindings,
  settledPage,
  WORKSPACE_PAGES,
} from '../../browser/inspect-page.ts';
import { launchBrowser } from '../../browser/launch-browser.ts';
import { newPhone, signIn } from '../../browser/sign-in.ts';
import { REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { buildWeb } from '../../build/build-web.ts';
import { DemoMerchant } from '../../demo/demo-merchant.ts';
import { drawGarment } from '../../garments/draw-garment.ts';
import { type CloudStage, cloudStage } from '../cloud-stage.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';

const SHOTS = join(REPOSITORY_ROOT, 'dist', 'screenshots', 'soak');
const LANGUAGES = ['zh', 'en'] as const;
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 768, 360] as const;
const CONSOLE_PAGES = ['overview', 'merchants', 'tasks', 'orders', 'invoices', 'cases', 'cards', 'redeem', 'audit'];
const HEIGHT = 860;

type Address = readonly [name: string, path: string];

/** Every page with something on it, in both languages and themes at three widths: fits, is read by axe, and is a picture to look at. */
export async function soakPages({ isOver, say }: SoakRequest): Promise<SoakOutcome> {
  const beganMs = performance.now();
  await mkdir(SHOTS, { recursive: true });
  const { folder } = await buildWeb();
  const stage = await cloudStage({}, {}, { webFolder: folder });
  const browser = await launchBrowser();
  const violations: string[] = [];
  const counts = { pages: 0, pictures: 0 };
  try {
    const phone = newPhone();
    const pages = await furnish(stage, phone);
    for (const language of LANGUAGES) {
      for (const theme of THEMES) {
        if (isOver()) break;
        say(`pages: ${language}, ${theme}`);
        const page = await visit(stage, browser, { phone, language, theme });
        for (const [name, path] of pages) {
          violations.push(...(await inspect(page, { name, path, suffix: `${language}-${theme}` })));
          counts.pages += 1;
          counts.pictures += WIDTHS.length;
        }
        await page.context().close();
      }
    }
  } finally {
    await browser.close();
    await stage.close();
  }
  return { counts, seeds: [0, 0], seconds: (performance.now() - beganMs) / 1000, notes: [], violations };
}

/** A member with a result of every kind, a failure, a batch and an order, who may also look at the console. */
async function furnish({ cloud }: CloudStage, phone: string): Promise<Address[]> {
  const merchant = new DemoMerchant(cloud.apiUrl, cloud.localUrl);
  await merchant.signIn(phone);
  const { orderId } = await merchant.buyPlan('monthly_99');
  const bytes = await drawGarment({ kind: 't-shirt', seed: 11, width: 600, height: 800 });
  const shirt = { name: '圆领短袖.jpg', bytes, contentType: 'image/jpeg' } as const;
  const tasks: Record<string, string> = {};
  for (const card of ['basic_clean', 'storyboard_template', 'product_video', 'platform_pack', 'poster'])
    tasks[card] = await merchant.submit(card, shirt);
  tasks['failed'] = await merchant.submit('basic_clean', { ...shirt, bytes: Buffer.from('no picture') });
  const { batchId, taskIds } = await merchant.submitBatch('basic_clean', [shirt, shirt]);
  for (const taskId of [...Object.values(tasks), ...taskIds]) await merchant.waitForEnd(taskId);
  await merchant.takeRole('support', '周客服');
  // The next code to this phone may be asked for a minute later.
  cloud.clock.shift(61_000);
  return [
    ...Object.entries(PUBLIC_PAGES),
    ...Object.entries(WORKSPACE_PAGES).map(([name, hash]) => [name, `/app/${hash}`] as const),
    ...Object.entries(tasks).map(([card, taskId]) => [`task-${card}`, `/app/#/tasks/${taskId}`] as const),
    ['batch', `/app/#/batches/${batchId}`],
    ['order', `/app/#/orders/${orderId}`],
    ...CONSOLE_PAGES.map((name) => [`console-${name}`, `/console/#/${name}`] as const),
  ];
}

interface Visit {
  readonly phone: string;
  readonly language: (typeof LANGUAGES)[number];
  readonly theme: (typeof THEMES)[number];
}

async function visit({ cloud }: CloudStage, browser: Browser, { phone, language, theme }: Visit): Promise<Page> {
  const context = await browser.newContext({ baseURL: cloud.apiUrl, locale: 'zh-CN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  await signIn(cloud, page, phone);
  cloud.clock.shift(61_000);
  await page.evaluate(
    `localStorage.setItem('yiying.language', '${language}'); localStorage.setItem('yiying.theme', '${theme}')`,
  );
  return page;
}

async function inspect(
  page: Page,
  { name, path, suffix }: { name: string; path: string; suffix: string },
): Promise<string[]> {
  const found: string[] = [];
  // Another hash alone would leave the page that is open.
  await page.goto('about:blank');
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  await settledPage(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    await settledPage(page);
    const pixels = await overflowPixels(page);
    if (pixels > 0) found.push(`${name} (${suffix}) is ${pixels} px wider than a screen of ${width}`);
    await page.screenshot({ path: join(SHOTS, `${name}-${suffix}-${width}.png`), fullPage: true });
  }
  for (const { id, where, why } of await seriousFindings(page))
    found.push(`${name} (${suffix}): ${id} at ${where}: ${why}`);
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  return found;
}
