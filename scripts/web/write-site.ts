import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WEB_PAGES } from '../build/build-web.ts';
import { renderPage } from './render-page.ts';
import type { SiteConfig } from './site-config.ts';

/** What `buildWeb` left in `folder`, filled in with what is the operator's, into `out`, whose old content goes. */
export async function writeSite(folder: string, site: SiteConfig, out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await cp(folder, out, { recursive: true, filter: (source) => !source.endsWith('.vite') });
  for (const page of Object.values(WEB_PAGES)) {
    await writeFile(join(out, page), renderPage(await readFile(join(folder, page), 'utf8'), site));
  }
  if (site.logo) await writeFile(join(out, site.logo.path), site.logo.bytes);
}
