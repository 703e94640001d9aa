// Adds to package-lock.json the optional packages that npm left out because its registry does not carry them: binaries for
// other systems. `npm ci` refuses a lock without them ("Missing: … from lock file"), even where they would never be
// installed. Run it after a change of dependencies against such a registry; it changes nothing in a complete lock.
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 *   optionalDependencies?: Record<string, string> }} LockEntry
 */

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * The entries that a lock lacks, by path.
 *
 * @param {Record<string, LockEntry>} packages
 * @returns {Record<string, LockEntry>}
 */
export function missingOptionalPackages(packages) {
  /** @type {Record<string, LockEntry>} */
  const missing = {};
  for (const [owner, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      // A range or an alias has no one answer, and only exact versions are given to binaries.
      if (!/^\d+\.\d+\.\d+/.test(version) || resolves(packages, owner, name)) continue;
      const { os, cpu, libc } = platformOf(name);
      // In npm's order, so that its next write changes nothing.
      missing[`node_modules/${name}`] = {
        version,
        ...(cpu.length > 0 ? { cpu } : {}),
        ...(entry.dev === true ? { dev: true } : {}),
        ...(libc.length > 0 ? { libc } : {}),
        optional: true,
        ...(os.length > 0 ? { os } : {}),
      };
    }
  }
  return missing;
}

/**
 * Node's own search: from the owner's folder upwards.
 *
 * @param {Record<string, LockEntry>} packages
 * @param {string} owner
 * @param {string} name
 */
function resolves(packages, owner, name) {
  for (let folder = owner; ; folder = folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}

/**
 * Where a binary runs, by its name: `@scope/binding-linux-x64-musl`.
 *
 * @param {string} name
 */
function platformOf(name) {
  const words = name.split(/[-/]/);
  return {
    os: systems.filter((system) => words.includes(system)),
    cpu: processors.filter((processor) => words.includes(processor)),
    libc: [
      ...(words.some((word) => word.startsWith('musl')) ? ['musl'] : []),
      ...(words.some((word) => word.startsWith('gnu')) ? ['glibc'] : []),
    ],
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingOptionalPackages(lock.packages);
  const sorted = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(sorted);
  if (Object.keys(missing).length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stderr.write(`${Object.keys(missing).length} packages added to package-lock.json\n`);
}
