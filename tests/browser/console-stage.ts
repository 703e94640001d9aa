import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { CONTRAST, seriousFindings, settledPage } from '../../scripts/browser/inspect-page.ts';
import { totpCode } from '../../shared/ops/totp.ts';
import { type BrowserStage, forgetLimits, openPage, signInByCalls, type Visitor } from './browser-stage.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;

/** What an authenticator on a phone holds once its camera has seen the code. */
export interface Authenticator {
  /** The code of now. The next one is waited for where `spent` was shown already: each counts once. */
  readonly code: () => string;
}

export function authenticatorOf(secret: string, nowMs: () => number): Authenticator {
  const bits = [...secret].map((char) => BASE32.indexOf(char).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return { code: () => totpCode(bytes, Math.floor(nowMs() / STEP_MS)) };
}

/** Fills in the console's own door. */
export async function signInAtConsole(all: BrowserStage, page: Page, phone: string): Promise<void> {
  const { stage } = all;
  await forgetLimits(all);
  await page.locator('#phone').fill(phone);
  await page.getByRole('button', { name: '获取验证码' }).click();
  await page.getByText('验证码已发送').waitFor();
  const sms = stage.cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
  await page.locator('#code').fill(sms?.params[0] ?? '');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: '登录' }).click();
}

/** By the function that only a role of the cloud account may call. */
export async function giveRole(
  { stage }: BrowserStage,
  phone: string,
  role: 'operator' | 'support',
  name: string,
): Promise<void> {
  const { status } = await fetch(`${stage.cloud.localUrl}/invoke/create-operator`, {
    method: 'POST',
    body: JSON.stringify({ phone, name, role }),
  });
  if (status !== 200) throw new Error(`create-operator: ${status}`);
}

/** Somebody with that role at the console's first page. */
export async function comeAs(all: BrowserStage, visitor: Visitor, role: 'operator' | 'support'): Promise<string> {
  const { phone } = await signInByCalls(all, visitor);
  await giveRole(all, phone, role, role === 'operator' ? '林运营' : '周客服');
  await visitor.page.goto('/console/');
  await visitor.page.locator('.console h1').waitFor();
  return phone;
}

/** Enrols the authenticator on the account page, as one who cannot scan would. */
export async function enrol(all: BrowserStage, page: Page): Promise<Authenticator> {
  await page.goto('/console/#/account');
  await page.getByRole('button', { name: '立即绑定' }).click();
  const secret = await page.getByTestId('totp-secret').innerText();
  const authenticator = authenticatorOf(secret, all.stage.cloud.clock.now);
  await page.locator('#totp-code').fill(authenticator.code());
  await page.getByRole('button', { name: '完成绑定' }).click();
  await page.locator('.tag-good').getByText('已绑定').waitFor();
  return authenticator;
}

interface EnglishDark {
  /** What stands in a page once it is there. */
  readonly shown: string;
  /** Chinese that people typed, which no language changes. */
  readonly own: RegExp;
}

/** Pages by name and hash: no Chinese is left in English, and there is contrast enough in the dark. */
export async function inspectEnglishDark(
  page: Page,
  pages: readonly (readonly [name: string, hash: string])[],
  { shown, own }: EnglishDark,
): Promise<void> {
  if ((await page.evaluate('document.documentElement.lang')) !== 'en') {
    await openPage(page, '/console/#/account');
    await page.getByText('English').click();
    await page.getByText('Dark').click();
    await settledPage(page);
    await page.reload();
    await page.locator('h1').waitFor();
  }
  for (const [name, hash] of pages) {
    await openPage(page, `/console/${hash}`);
    await page.locator(shown).first().waitFor();
    await settledPage(page);
    const text = (await page.locator('.shell').innerText()).replaceAll(own, '');
    expect(text.match(/\p{Script=Han}+/u)?.[0], name).toBeUndefined();
    expect(await seriousFindings(page, CONTRAST), name).toEqual([]);
  }
}
