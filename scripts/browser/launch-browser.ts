import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from './find-browser.ts';

/** Chromium as the tests and the benchmarks use it. `temporary`: a folder for its own files, default the machine's. @throws BrowserUnavailable */
export async function launchBrowser(temporary?: string): Promise<Browser> {
  const { executablePath, env } = await findBrowser((line) => process.stderr.write(`${line}\n`));
  return chromium.launch({
    executablePath,
    // What is set is text.
    env: { ...(process.env as Record<string, string>), ...env, ...(temporary && { TMPDIR: temporary }) },
    // Without a graphics card, drawing without its emulation takes a fifth less.
    args: ['--disable-dev-shm-usage', '--force-color-profile=srgb', '--disable-gpu'],
  });
}
