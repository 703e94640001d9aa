import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIResponse, Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { overflowPixels, seriousFindings, settledPage } from '../../scripts/browser/inspect-page.ts';
import { launchBrowser } from '../../scripts/browser/launch-browser.ts';
import * as login from '../../scripts/browser/sign-in.ts';
import { REPOSITORY_ROOT } from '../../scripts/build/build-functions.ts';
import { buildWeb } from '../../scripts/build/build-web.ts';
import { type CloudStage, cloudStage } from '../../scripts/soak/cloud-stage.ts';
import { readSiteConfig } from '../../scripts/web/site-config.ts';

/** Put where merchants and operators write words of their own; `img[src=x]` finds it where it became more than text. */
export const HOSTILE_WORD = '<img src=x onerror=alert(1)>';

/** For what a page does by itself: it may share two cores with another suite that keeps both busy. */
const WAIT_MS = 30_000;

/** Of a page's height: the reference of the API is fifty screens, and nobody looks at all of them. */
const MOST_SHOT_PIXELS = 4000;

/** Long beside an engine that works, and over when the inspector has been looked at meanwhile. */
export const SLOW_PICTURE_MS = 8000;

const SHOTS = join(REPOSITORY_ROOT, 'dist', 'screenshots');
/** Of a picture for people. JPEG: of a page with photos on it, PNG took three times as long. */
export const shotFile = (name: string): string => join(SHOTS, `${name}.jpeg`);

const CONSENT_VERSION = readSiteConfig(join(REPOSITORY_ROOT, 'web/site.json')).agreementVersion;

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
  const { folder } = await buildWeb();
  mkdirSync(SHOTS, { recursive: true });
  const options = {
    ...{ webFolder: folder, databaseSwitch: true, engines: 'tencent-ci:2' },
    slowPictureMs: SLOW_PICTURE_MS,
  } as const;
  // Tests move the clock by hours; functions stay warm over it.
  const stage = await cloudStage({ idleMs: Number.POSITIVE_INFINITY }, {}, options);
  // What Chromium has in its hands when it ends stays behind: in a folder that goes with the stage.
  const temporary = join(stage.folder, 'browser');
  mkdirSync(temporary);
  const browser = await launchBrowser(temporary);
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
      context.setDefaultTimeout(WAIT_MS);
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

export const { newPhone } = login;
export async function signIn(all: BrowserStage, page: Page, phone?: string): Promise<string> {
  await forgetLimits(all);
  return login.signIn(all.stage.cloud, page, phone);
}
export async function fillInLogin(all: BrowserStage, page: Page, phone: string): Promise<void> {
  await forgetLimits(all);
  return login.fillInLogin(all.stage.cloud, page, phone);
}

/** All who sign in here have one address, and clocks are moved back: limits would make them wait, by how fast the tests are. */
export async function forgetLimits({ stage }: BrowserStage): Promise<void> {
  for (const table of ['rate_limits', 'login_codes']) await stage.db.write(`DELETE FROM ${table}`);
}

/** Signs in by the calls that the login page makes, for tests of something else. @returns the phone, and what a request bears */
export async function signInByCalls(
  all: BrowserStage,
  { context }: Visitor,
  phone = newPhone(),
): Promise<{ readonly phone: string; readonly authorization: string }> {
  await forgetLimits(all);
  const call = (name: string, data: object) => answerOf(context.request.post(`/v1/${name}`, { data }));
  await call('send-code', { phone });
  const sms = all.stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
  const { accessToken } = await call('login', { phone, code: sms?.params[0], consentVersion: CONSENT_VERSION });
  return { phone, authorization: `Bearer ${accessToken}` };
}

/** Somebody new who has ordered the plan, and not paid. */
export async function orderByCalls(
  all: BrowserStage,
  visitor: Visitor,
): Promise<{ readonly phone: string; readonly orderId: string }> {
  const { phone, authorization } = await signInByCalls(all, visitor);
  const headers = { authorization, 'idempotency-key': phone };
  const data = { planId: 'monthly_99', channel: 'wechat' };
  const { orderId = '' } = await answerOf(visitor.context.request.post('/v1/purchase-membership', { data, headers }));
  return { phone, orderId };
}

/** A member at the first page of the workspace, for tests of something else than signing in and buying. @returns the phone */
export async function comeAsMember(all: BrowserStage, visitor: Visitor): Promise<string> {
  const { phone, orderId } = await orderByCalls(all, visitor);
  await visitor.context.request.post(`/local/pay/cashier/${orderId}/pay`);
  const isPaid = async () =>
    (await all.stage.db.query('SELECT id FROM orders WHERE id = ? AND state = ?', [orderId, 'paid'])).length > 0;
  // In a hook, whose own time ends it.
  while (!(await isPaid())) await sleep(20);
  await visitor.page.goto('/app/');
  await visitor.page.locator('h1').waitFor();
  return phone;
}

/** Goes to a page behind the hash and waits for its own heading: that of the page before it stands there for a while. */
export async function openPage(page: Page, address: string): Promise<void> {
  const heading = page.locator('h1').first();
  const before = (await heading.count()) === 0 ? '' : await heading.innerText();
  const isThere = page.url().endsWith(address);
  await page.goto(address);
  if (isThere) await heading.waitFor();
  else await expect.poll(() => heading.innerText(), { message: address }).not.toBe(before);
}

/** Opens a card's form with nothing in it: one that is open already would keep its photos. */
export async function openForm(page: Page, card = 'basic_clean'): Promise<void> {
  await page.goto('/app/#/');
  await page.locator('.feature-card').first().waitFor();
  await page.goto(`/app/#/create/${card}`);
  await page.locator('.summary button').waitFor();
}

/** Waits for the page of a task, and for the results of this one: those of the page before it may still be there. @returns its hash */
export async function shownTask(page: Page, other = ''): Promise<string> {
  await page.waitForURL(({ hash }) => hash.startsWith('#/tasks/tsk_') && hash !== other);
  const { hash } = new URL(page.url());
  await page.locator('.pairs-list .mono').getByText(hash.slice('#/tasks/'.length)).waitFor();
  return hash;
}
export async function shownResults(page: Page, other = ''): Promise<string> {
  const hash = await shownTask(page, other);
  await page.locator('.results img').first().waitFor({ timeout: 60_000 });
  return hash;
}

/** Puts the page's clock where the cloud's is, which other tests have moved. */
export async function followClock({ stage }: BrowserStage, page: Page): Promise<void> {
  await page.evaluate(
    `{ const now = (window.realNow ??= Date.now); Date.now = () => now() + ${stage.cloud.clock.offsetMs()}; }`,
  );
}

/** The switches of the inspector, all that are not named put back. */
export async function setFaults({ stage }: BrowserStage, faults: object = {}): Promise<void> {
  const answer = await fetch(`${stage.cloud.localUrl}/faults`, { method: 'POST', body: JSON.stringify(faults) });
  expect(answer.status).toBe(200);
}

/** Words of somebody's are on the page as they were typed, and have become nothing else. */
export async function expectInert(page: Page, words = HOSTILE_WORD): Promise<void> {
  await page.getByText(words).first().waitFor();
  expect(await page.locator('img[src=x]').count()).toBe(0);
}

async function answerOf(asked: Promise<APIResponse>): Promise<Partial<Record<string, string>>> {
  const answer = await asked;
  if (!answer.ok()) throw new Error(`${answer.url()}: ${answer.status()} ${await answer.text()}`);
  return ((await answer.json()) as { data: Record<string, string> }).data;
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

/** With a phone the channel's own page opens in place of a code, in the same tab, and leads back. Pages in English. */
export async function buyPlanOnPhone(page: Page, channel: 'WeChat Pay' | 'Alipay'): Promise<void> {
  await page.goto('/app/#/membership');
  await page.getByRole('radio', { name: channel }).check();
  await page.locator('.plan .button-primary').tap();
  await page.locator('button.wechat, button.alipay').tap();
  await page.getByText('支付成功').waitFor();
  await page.getByRole('link', { name: 'Back to the merchant' }).tap();
  await page.waitForURL(/\/app\/.*#\/membership$/);
}

export async function shoot(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  // What stands still while a page scrolls would stand in its middle.
  await page.evaluate('window.scrollTo(0, 0)');
  const pageHeight = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const clip = { x: 0, y: 0, width, height: Math.min(pageHeight, MOST_SHOT_PIXELS) };
  await page.screenshot({ path: shotFile(`${name}-${width}`), fullPage: true, clip, type: 'jpeg', quality: 90 });
}

const WIDTHS = [1280, 360] as const;

/** Both widths, looked at by axe and by the ruler, and a picture of each for people. */
export async function inspectPage(page: Page, name: string): Promise<void> {
  await settledPage(page);
  await inspectAsItStands(page, name);
}

/** The same of a page that is never done. */
export async function inspectAsItStands(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 860 });
    await expect.poll(() => overflowPixels(page), { message: `${name} at ${width}` }).toBeLessThanOrEqual(0);
    await shoot(page, name);
  }
  expect(await seriousFindings(page), name).toEqual([]);
  if (before) await page.setViewportSize(before);
}

/** A dialog over a page that is looked at elsewhere: both widths by the ruler, itself by axe, and one picture. */
export async function inspectDialog(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [...WIDTHS].reverse()) {
    await page.setViewportSize({ width, height: 860 });
    await expect.poll(() => overflowPixels(page), { message: `${name} at ${width}` }).toBeLessThanOrEqual(0);
  }
  expect(await seriousFindings(page, { within: '.dialog' }), name).toEqual([]);
  await page.screenshot({ path: shotFile(`${name}-${page.viewportSize()?.width}`), type: 'jpeg', quality: 90 });
  if (before) await page.setViewportSize(before);
}
