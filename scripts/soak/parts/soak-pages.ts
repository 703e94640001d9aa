import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { overflowPixels, seriousFindings, settledPage } from '../../browser/inspect-page.ts';
import { launchBrowser } from '../../browser/launch-browser.ts';
import { newPhone, signIn } from '../../browser/sign-in.ts';
import { REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { buildWeb } from '../../build/build-web.ts';
import { cloudStage } from '../cloud-stage.ts';
import type { SoakOutcome, SoakRequest } from '../soak-part.ts';
import { type Address, furnishPages } from './furnish-pages.ts';

const SHOTS = join(REPOSITORY_ROOT, 'dist', 'screenshots', 'soak');
const LANGUAGES = ['zh', 'en'] as const;
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1920, 1280, 768, 360] as const;
const HEIGHT = 860;
/** Answers are slow beside other work, and a page that is not there by then does not come. */
const MOST_WAIT_MS = 60_000;

/** Every page with something on it, in both languages and themes at four widths: fits, is read by axe, and is a picture to look at. */
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
    const pages = await furnishPages(stage, phone);
    for (const language of LANGUAGES) {
      for (const theme of THEMES) {
        if (isOver()) break;
        say(`pages: ${language}, ${theme}`);
        const page = await visit(browser, stage.cloud.apiUrl, theme);
        await signIn(stage.cloud, page, phone);
        // The next code to this phone may be asked for a minute later.
        stage.cloud.clock.shift(61_000);
        await page.evaluate(
          `localStorage.setItem('yiying.language', '${language}'); localStorage.setItem('yiying.theme', '${theme}')`,
        );
        for (const one of pages) {
          violations.push(...(await inspect(page, one, `${language}-${theme}`)));
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

async function visit(browser: Browser, baseURL: string, colorScheme: (typeof THEMES)[number]): Promise<Page> {
  const viewport = { width: WIDTHS[0], height: HEIGHT };
  const context = await browser.newContext({
    baseURL,
    viewport,
    colorScheme,
    locale: 'zh-CN',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(MOST_WAIT_MS);
  return context.newPage();
}

async function inspect(page: Page, { name, path: address, isThere, open }: Address, suffix: string): Promise<string[]> {
  const found: string[] = [];
  // Another hash alone would leave the page that is open.
  await page.goto('about:blank');
  await page.goto(address);
  await page
    .locator(isThere ?? 'h1')
    .first()
    .waitFor();
  // The inspector is never done: it listens.
  if (isThere === undefined) await settledPage(page);
  await open?.(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    if (isThere === undefined) await settledPage(page);
    const pixels = await overflowPixels(page);
    if (pixels > 0) found.push(`${name} (${suffix}) is ${pixels} px wider than a screen of ${width}`);
    const path = join(SHOTS, `${name}-${suffix}-${width}.jpeg`);
    await page.screenshot({ path, fullPage: true, type: 'jpeg', quality: 90 });
  }
  for (const { id, where, why } of await seriousFindings(page))
    found.push(`${name} (${suffix}): ${id} at ${where}: ${why}`);
  await page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  return found;
}
