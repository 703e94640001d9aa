import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBrowser } from '../../scripts/browser/find-browser.ts';
import { REPOSITORY_ROOT } from '../../scripts/build/build-functions.ts';
import { buildWeb } from '../../scripts/build/build-web.ts';
import { type CloudStage, cloudStage } from '../../scripts/soak/cloud-stage.ts';

export const SHOTS = join(REPOSITORY_ROOT, 'dist', 'screenshots');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The local cloud with the built pages, and Chromium. */
export interface BrowserStage {
  readonly stage: CloudStage;
  readonly browser: Browser;
  /** A browser of its own: cookies, storage. What its pages complain about is in `complaints`. */
  readonly visitor: (options?: Parameters<Browser['newContext']>[0]) => Promise<Visitor>;
  readonly close: () => Promise<void>;
}

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of scripts, and what the policy of the pages forbade. */
  readonly complaints: string[];
  /** Every host that was asked for anything. */
  readonly hosts: Set<string>;
}

export async function browserStage(): Promise<BrowserStage> {
  const [{ folder }, found] = await Promise.all([buildWeb(), findBrowser((line) => process.stderr.write(`${line}\n`))]);
  const { executablePath, env } = found;
  mkdirSync(SHOTS, { recursive: true });
  const stage = await cloudStage({}, {}, { webFolder: folder });
  // What Chromium has in its hands when it ends stays behind: in a folder that goes with the stage.
  const temporary = join(stage.folder, 'browser');
  mkdirSync(temporary);
  const browser = await chromium.launch({
    executablePath,
    env: { ...(process.env as Record<string, string>), ...env, TMPDIR: temporary },
    args: ['--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
  return {
    stage,
    browser,
    visitor: async (options = {}) => {
      const context = await browser.newContext({
        baseURL: stage.cloud.apiUrl,
        locale: 'zh-CN',
        viewport: { width: 1280, height: 860 },
        colorScheme: 'light',
        reducedMotion: 'reduce',
        ...options,
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      const complaints: string[] = [];
      const hosts = new Set<string>();
      context.on('weberror', (error) => complaints.push(String(error.error())));
      context.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text());
      });
      context.on('request', (request) => {
        if (/^https?:/.test(request.url())) hosts.add(new URL(request.url()).host);
      });
      return { context, page, complaints, hosts };
    },
    close: async () => {
      await browser.close();
      await stage.close();
    },
  };
}

export function newPhone(): string {
  return `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
}

/** Signs in on the login page as a person would, the code read from the inbox. */
export async function signIn(all: BrowserStage, page: Page, phone = newPhone()): Promise<string> {
  await page.goto('/login/');
  await fillInLogin(all, page, phone);
  await page.waitForURL('**/app/**');
  await page.locator('h1').waitFor();
  return phone;
}

export async function fillInLogin({ stage }: BrowserStage, page: Page, phone: string): Promise<void> {
  await page.locator('#phone').fill(phone);
  await page.locator('#send-code').click();
  await page.locator('#form-status:not(:empty)').waitFor();
  const sms = stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
  await page.locator('#code').fill(sms?.params[0] ?? '');
  await page.locator('#consent').check();
  await page.locator('#login [type=submit]').click();
}

/** Buys the plan in the page and pays at the cashier's own page, in a tab of its own. */
export async function buyPlan(
  { stage }: BrowserStage,
  page: Page,
  channel: '微信支付' | '支付宝' = '微信支付',
): Promise<void> {
  await page.goto('/app/#/membership');
  await page.getByRole('radio', { name: channel }).check();
  await page.locator('.plan .button-primary').click();
  await page.locator('.qr').waitFor();
  const phone = await page.context().newPage();
  await phone.goto(`${stage.cloud.localUrl}/pay/cashier`);
  await phone.locator('li a').first().click();
  await phone.locator('button.wechat, button.alipay').first().click();
  // A page that is closed while it is on its way to another was seen to keep its browser busy for minutes.
  await phone.getByText('支付成功').first().waitFor();
  await phone.close();
  await page.locator('.order-mark.good-text').waitFor();
}

export interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly where: string;
  /** In axe's words, with the colours or sizes that it saw. */
  readonly why: string;
}

/** Serious and critical findings of axe on the page as it stands. */
export async function seriousFindings(page: Page): Promise<AxeFinding[]> {
  // Through the debugger: a script element would be stopped by the page's own policy, which is right.
  await page.evaluate(AXE);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map((node) => node.target.join(' ')).join(', '),
      why: nodes[0].failureSummary })))`);
}

export async function shoot(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  // What stands still while a page scrolls would stand in its middle.
  await page.evaluate('window.scrollTo(0, 0)');
  await page.screenshot({ path: join(SHOTS, `${name}-${width}.png`), fullPage: true });
}

/** A page that scrolls sideways has something wider than the screen in it. */
export function overflowPixels(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Nothing is on its way any more: answers, pictures, colours. */
export async function settledPage(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await expect.poll(() => page.locator('.loading').count(), { timeout: 15_000 }).toBe(0);
  await page.evaluate(
    'Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode().catch(() => 0); }))',
  );
  // Colours on their way from one theme to the other have any contrast.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().map((one) => one instanceof CSSTransition && one.finished))',
  );
}

const WIDTHS = [1280, 360] as const;

/** Both widths, looked at by axe and by the ruler, and a picture of each for people. */
export async function inspectPage(page: Page, name: string): Promise<void> {
  await settledPage(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    await expect.poll(() => overflowPixels(page), { message: `${name} at ${width}` }).toBeLessThanOrEqual(0);
    await shoot(page, name);
  }
  expect(await seriousFindings(page), name).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 860 });
}
