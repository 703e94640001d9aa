import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside a bundle, in its zip. */
export const LICENCES_FILE = 'licences.txt';

/** The packages' folders that these files lie in; all from the repository's root. */
export function packagesOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * What licences of what is bundled ask for: each package with its version and the text that it comes with, or with the name of its
 * licence alone where it comes with none.
 */
export const collectLicences = (root: string, packages: readonly string[]): string =>
  packages.map((folder) => `${describe(join(root, folder))}\n`).join(`\n${'-'.repeat(72)}\n\n`);

function describe(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest; // of npm's making
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)(\.|$)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${manifest.name} ${manifest.version} (${manifest.license ?? 'as below'})`, ...texts].join('\n\n');
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}
