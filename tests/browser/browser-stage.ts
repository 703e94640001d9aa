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
  const options = { webFolder: folder, databaseSwitch: true, engines: 'tencent-ci:2' } as const;
  // Tests move the clock by hours; functions stay warm over it.
  const stage = await cloudStage({ idleMs: Number.POSITIVE_INFINITY }, {}, options);
  // What Chromium has in its hands when it ends stays behind: in a folder that goes with the stage.
  const temporary = join(stage.folder, 'browser');
  mkdirSync(temporary);
  const browser = await launchBrowser();
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

export const { newPhone } = login;
export const signIn = ({ stage }: BrowserStage, page: Page, phone?: string) => login.signIn(stage.cloud, page, phone);
export const fillInLogin = ({ stage }: BrowserStage, page: Page, phone: string) =>
  login.fillInLogin(stage.cloud, page, phone);

/** Signs in by the calls that the login page makes, for tests of something else. @returns the phone, and what a request bears */
export async function signInByCalls(
  { stage: { cloud } }: BrowserStage,
  { context }: Visitor,
  phone = newPhone(),
): Promise<{ readonly phone: string; readonly authorization: string }> {
  const call = (name: string, data: object) => answerOf(context.request.post(`/v1/${name}`, { data }));
  await call('send-code', { phone });
  const sms = cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
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
  while (!(await isPaid())) await sleep(20);
  await visitor.page.goto('/app/');
  await visitor.page.locator('h1').waitFor();
  return phone;
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
  await page.screenshot({ path: shotFile(`${name}-${width}`), fullPage: true, type: 'jpeg', quality: 90 });
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
