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

/** Serious and critical findings of axe on the page as it stands. */
export async function seriousFindings(page: Page): Promise<AxeFinding[]> {
  // Through the debugger: a script element would be stopped by the page's own policy, which is right.
  await page.evaluate(AXE);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map((node) => node.target.join(' ')).join(', '),
      why: nodes[0].failureSummary })))`);
}

/** A page that scrolls sideways has something wider than the screen in it. */
export function overflowPixels(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
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

/** Without a word it is what merchants come to first; the rest is reached by signing in. */
export const PUBLIC_PAGES = {
  landing: '/',
  pricing: '/pricing/',
  login: '/login/',
  agreement: '/legal/agreement/',
  reference: '/developers/',
} as const;
export const WORKSPACE_PAGES = {
  home: '#/',
  create: '#/create/basic_clean',
  queue: '#/queue',
  tasks: '#/tasks',
  batches: '#/batches',
  library: '#/library',
  membership: '#/membership',
  credits: '#/credits',
  account: '#/account',
  developers: '#/developers',
  referral: '#/referral',
  unknown: '#/nothing/here',
} as const;
