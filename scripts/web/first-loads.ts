import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SIGNED_IN_PAGES, WEB_PAGES } from '../build/build-web.ts';

export interface FirstLoad {
  readonly page: string;
  /** The page, its styles and every script that it loads before it does anything, each compressed as a host would. */
  readonly gzipBytes: number;
  readonly budgetBytes: number;
}

const PUBLIC_BUDGET_BYTES = 75 * 1024;
/** Of what only those who are signed in load. */
const SIGNED_IN_BUDGET_BYTES = 260 * 1024;

/** What each page costs before its first working click, from what was built. */
export function firstLoads(folder: string): FirstLoad[] {
  return Object.entries(WEB_PAGES).map(([page, file]) => {
    const html = readFileSync(join(folder, file), 'utf8');
    const files = new Set<string>();
    const linked = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path as string);
    for (const path of linked) collect(folder, path, files);
    const gzipBytes = [...files].reduce(
      (sum, path) => sum + gzipSync(readFileSync(join(folder, path)), { level: 9 }).length,
      gzipSync(html, { level: 9 }).length,
    );
    const budgetBytes = SIGNED_IN_PAGES.includes(page) ? SIGNED_IN_BUDGET_BYTES : PUBLIC_BUDGET_BYTES;
    return { page, gzipBytes, budgetBytes };
  });
}

export function budgetProblems(loads: readonly FirstLoad[]): string[] {
  return loads
    .filter(({ gzipBytes, budgetBytes }) => gzipBytes > budgetBytes)
    .map(({ page, gzipBytes, budgetBytes }) => `${page}: ${gzipBytes} bytes gzip of ${budgetBytes}`);
}

/** A module and those that it imports statically; `import(…)` waits for a click. */
function collect(folder: string, path: string, into: Set<string>): void {
  if (into.has(path)) return;
  into.add(path);
  if (!path.endsWith('.js')) return;
  const code = readFileSync(join(folder, path), 'utf8');
  for (const [, name] of code.matchAll(/(?:^|[;}\n])(?:import|export)\b[^"'();]*?["'](\.\/[^"']+\.js)["']/g)) {
    collect(folder, new URL(name as string, `http://x${path}`).pathname, into);
  }
}
