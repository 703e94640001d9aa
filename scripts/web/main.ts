/** `npm run web -- --config site.json --out folder`: builds the pages and fills in what is the operator's, ready to upload. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY_ROOT } from '../build/build-functions.ts';
import { buildWeb } from '../build/build-web.ts';
import { budgetProblems, firstLoads } from './first-loads.ts';
import { readSiteConfig } from './site-config.ts';
import { writeSite } from './write-site.ts';

async function publish(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' }, out: { type: 'string' } } });
  const from = process.env['INIT_CWD'] ?? process.cwd();
  const site = readSiteConfig(resolve(from, values.config ?? join(REPOSITORY_ROOT, 'web/site.json')));
  const out = resolve(from, values.out ?? join(REPOSITORY_ROOT, 'dist/site'));
  const { folder } = await buildWeb();
  await writeSite(folder, site, out);
  const loads = firstLoads(folder);
  for (const { page, gzipBytes, budgetBytes } of loads) {
    process.stdout.write(
      `${page.padEnd(12)}${(gzipBytes / 1024).toFixed(1).padStart(7)} KB gzip of ${budgetBytes / 1024} KB\n`,
    );
  }
  process.stdout.write(`${out}\n`);
  const problems = budgetProblems(loads);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

try {
  await publish();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
