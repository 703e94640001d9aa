import type { Page } from 'playwright-core';
import type { Cloud } from '../local/start-cloud.ts';

export function newPhone(): string {
  return `139${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
}

/** Fills in the login page as a person would, the code read from the inbox. */
export async function fillInLogin(cloud: Cloud, page: Page, phone: string): Promise<void> {
  await page.locator('#phone').fill(phone);
  await page.locator('#send-code').click();
  await page.locator('#form-status:not(:empty)').waitFor();
  const sms = cloud.tencent.inbox().findLast(({ phoneNumber }) => phoneNumber.endsWith(phone));
  await page.locator('#code').fill(sms?.params[0] ?? '');
  await page.locator('#consent').check();
  await page.locator('#login [type=submit]').click();
}

/** @returns the phone */
export async function signIn(cloud: Cloud, page: Page, phone = newPhone()): Promise<string> {
  await page.goto('/login/');
  await fillInLogin(cloud, page, phone);
  await page.waitForURL('**/app/**');
  await page.locator('h1').waitFor();
  return phone;
}
