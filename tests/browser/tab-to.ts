import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What shows that something has the focus: an outline or a shadow of its own or of what it stands in. */
const SEEN = `(() => {
  for (let one = document.activeElement, n = 0; one !== null && n < 3; one = one.parentElement, n++) {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    if ((outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none') return '';
  }
  return document.activeElement.outerHTML.slice(0, 120);
})()`;

/** Presses the key until it has the focus, at most so often; whatever has it on the way is seen to have it. */
export async function tabTo(page: Page, selector: string, most: number, key = 'Tab'): Promise<void> {
  const target = page.locator(selector).first();
  for (let n = 0; n < most; n++) {
    await page.keyboard.press(key);
    expect(await page.evaluate(SEEN), 'has the focus and does not show it').toBe('');
    if (await target.evaluate((one) => one.matches(':focus'))) return;
  }
  expect.fail(`${selector} has not the focus after ${most} × ${key}`);
}
