import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface AxeFinding {
  readonly id: string;
  readonly impact: string;
  readonly where: string;
  /** In axe's words, with the colours or sizes that it saw. */
  readonly why: string;
}

interface AxeScope {
  /** Selector of the part that is looked at; default: the whole document. */
  readonly within?: string;
  /** These rules of axe's alone. */
  readonly rules?: readonly string[];
}

/** All that a theme changes, on a page that was looked at whole in another. */
export const CONTRAST: AxeScope = { rules: ['color-contrast'] };

/** Serious and critical findings of axe on the page as it stands. */
export async function seriousFindings(page: Page, { within, rules }: AxeScope = {}): Promise<AxeFinding[]> {
  const part = within === undefined ? 'document' : JSON.stringify(within);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) });
  // Through the debugger: a script element would be stopped by the page's own policy, which is right. Once a document.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  return page.evaluate(`axe.run(${part}, ${options}).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map((node) => node.target.join(' ')).join(', '),
      why: nodes[0].failureSummary })))`);
}

/** A page that scrolls sideways has something wider than the screen in it; where only its main part scrolls, that part has. */
export function overflowPixels(page: Page): Promise<number> {
  return page.evaluate(`Math.max(...[document.documentElement, ...document.querySelectorAll('main')]
    .filter((one, n) => n === 0 || getComputedStyle(one).overflowX === 'auto')
    .map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))`);
}

/** Nothing is on its way any more: answers, pictures, colours. */
export async function settledPage(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.evaluate(
    'Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode().catch(() => 0); }))',
  );
  // Colours on their way from one theme to the other have any contrast.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().map((one) => one instanceof CSSTransition && one.finished))',
  );
}
