import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../browser/launch-browser.ts';
import { buildWeb } from '../build/build-web.ts';
import { type CloudStage, cloudStage } from '../soak/cloud-stage.ts';

const WIDE = { width: 1280, height: 860 };

/** The local cloud with the built pages, and Chromium, for as long as the work takes. */
export async function withPages<T>(work: (stage: CloudStage, browser: Browser) => Promise<T>): Promise<T> {
  const { folder } = await buildWeb();
  const stage = await cloudStage({}, {}, { webFolder: folder });
  const browser = await launchBrowser();
  try {
    return await work(stage, browser);
  } finally {
    await browser.close();
    await stage.close();
  }
}

/** Of a browser that has been nowhere yet. */
export async function newPage({ cloud }: CloudStage, browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: cloud.apiUrl, locale: 'zh-CN', viewport: WIDE });
  return context.newPage();
}
