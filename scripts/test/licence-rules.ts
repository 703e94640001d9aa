export interface InstalledPackage {
  name: string;
  /** SPDX expression of its package.json; empty when it names none. */
  licence: string;
  /** Not part of what is deployed. */
  dev: boolean;
}

const everywhere = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);
/** A font is data beside the program: the OFL asks only that it keeps its name and licence and is not sold by itself. */
const fonts = /^@embedpdf\/fonts-/;
const inToolsOnly = new Set(['CC-BY-4.0', 'MPL-2.0', 'PSF-2.0']);
/** A program of its own that tests start, as an operator's would be; nothing of it is linked, or handed out. */
const startedByTests = /^@ffmpeg-installer\//;
/** sharp loads libvips as a shared library that anyone can replace, which is what the LGPL asks for. */
const dynamicallyLinked = /^@img\/sharp-libvips-/;

/** One line for each package that may not be used as it is. */
export function licenceProblems(packages: readonly InstalledPackage[]): string[] {
  return packages.filter((entry) => !isAllowed(entry)).map(describe);
}

function isAllowed(entry: InstalledPackage): boolean {
  // SPDX: AND binds tighter than OR; nested groups do not occur and are refused as unknown names.
  const expression = entry.licence.replace(/^\((.*)\)$/, '$1');
  return expression.split(' OR ').some((choice) => choice.split(' AND ').every((name) => licenceAllowed(name, entry)));
}

function licenceAllowed(name: string, entry: InstalledPackage): boolean {
  if (everywhere.has(name)) return true;
  if (entry.dev && (inToolsOnly.has(name) || startedByTests.test(entry.name))) return true;
  if (name === 'OFL-1.1') return fonts.test(entry.name);
  return name === 'LGPL-3.0-or-later' && dynamicallyLinked.test(entry.name);
}

function describe(entry: InstalledPackage): string {
  return `${entry.name}: ${entry.licence || 'names no licence'} is not allowed ${entry.dev ? 'even in a tool' : 'in what is deployed'}`;
}
