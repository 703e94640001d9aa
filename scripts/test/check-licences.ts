import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstalledPackage, licenceProblems } from './licence-rules.ts';
import { root } from './repository.ts';

/** Prints each installed package whose licence is not allowed; exit code 1 when there is one. */
const lock = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')) as {
  packages: Record<string, { dev?: boolean }>;
};
const installed = Object.entries(lock.packages).map(([path, entry]): InstalledPackage => {
  const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as { license?: unknown };
  // A list is how old packages name a choice.
  const names: unknown[] = [manifest.license].flat();
  const licence = names.filter((name) => typeof name === 'string').join(' OR ');
  return {
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    licence,
    dev: entry.dev === true,
  };
});
const problems = licenceProblems(installed);
process.stdout.write(problems.map((line) => `${line}\n`).join('') || `${installed.length} packages, all allowed\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
