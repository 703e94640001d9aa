import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from './find-browser.ts';

/** Chromium as the tests and the benchmarks use it. @throws BrowserUnavailable */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser((line) => process.stderr.write(`${line}\n`));
  return chromium.launch({
    executablePath,
    env: { ...(process.env as Record<string, string>), ...env }, // what is set is text
    args: ['--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
