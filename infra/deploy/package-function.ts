import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORM_LIMITS } from '../serverless/platform-limits.ts';
import type { LayerPart } from '../serverless/service.ts';
import { type PackedFile, zipFiles } from './zip-files.ts';

/** What the platform unpacks at /var/user, or of a layer at /opt. */
export interface FunctionPackage {
  /** Of the files' names and contents; the same on every machine. */
  readonly hash: string;
  readonly files: readonly PackedFile[];
  readonly unpackedBytes: number;
  readonly zip: () => Promise<Uint8Array>;
}

/** A layer of the region as it is to be. */
export interface DesiredLayer {
  readonly name: string;
  readonly code: FunctionPackage;
}

/** Everything that a function needs, and nothing of another one. */
export interface PackagedFunction {
  readonly code: FunctionPackage;
  readonly layers: readonly DesiredLayer[];
}

/** V8's cache of the bundle: made anew by each build and refused by another engine, so it says nothing of the code. */
const NOT_HASHED = 'bundle.cache';

export class PackageImpossible extends Error {
  override readonly name = 'PackageImpossible';
}

export interface PackageSource {
  /** Of one built function: `index.js`, `bundle.js`, … */
  readonly folder: string;
  /** Packages that stay outside of its bundle, such as `sharp`. */
  readonly externals: readonly string[];
  /** Where they are installed. */
  readonly modulesFolder: string;
  /** What goes into layers. */
  readonly layers: readonly LayerPart[];
}

/** @throws PackageImpossible */
export function packageFunction({ folder, externals, modulesFolder, layers }: PackageSource): PackagedFunction {
  const files = packageFiles({ folder, externals, modulesFolder });
  const unpackedBytes = files.reduce((sum, { file }) => sum + statSync(file).size, 0);
  if (unpackedBytes > PLATFORM_LIMITS.unpackedBytes)
    throw new PackageImpossible(`${folder}: ${unpackedBytes} bytes unpacked, at most 500 MB`);
  const isIn = ({ folders }: LayerPart, path: string) => folders.some((start) => path.startsWith(start));
  const code = packed(files.filter(({ path }) => !layers.some((layer) => isIn(layer, path))));
  const inLayers = layers.map((layer) => ({
    name: layer.name,
    code: packed(files.filter(({ path }) => isIn(layer, path))),
  }));
  const empty = inLayers.find((layer) => layer.code.files.length === 0);
  if (empty) throw new PackageImpossible(`${folder}: nothing of it lies in the layer ${empty.name}`);
  return { code, layers: inLayers };
}

/** All of a function's files, whatever layer they lie in. @throws PackageImpossible */
export function packageFiles({ folder, externals, modulesFolder }: Omit<PackageSource, 'layers'>): PackedFile[] {
  if (!existsSync(join(folder, 'index.js'))) throw new PackageImpossible(`${folder} holds no index.js: build it first`);
  const own = listFiles(folder).map((path) => ({ path, file: join(folder, path) }));
  return [...own, ...nativeFiles(externals, modulesFolder)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function packed(files: readonly PackedFile[]): FunctionPackage {
  const unpackedBytes = files.reduce((sum, { file }) => sum + statSync(file).size, 0);
  const hash = createHash('sha256');
  for (const { path, file } of files) {
    if (path !== NOT_HASHED) hash.update(`${path}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return { hash: hash.digest('hex'), files, unpackedBytes, zip: () => zipFiles(files) };
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}

/** SCF's machines: CentOS 8.5 on x64, glibc (cloud.tencent.com/document/product/583/56126). */
const FOREIGN = /^@img\/sharp-(?!(libvips-)?linux-x64$)/;

function nativeFiles(externals: readonly string[], modulesFolder: string): PackedFile[] {
  const wanted = new Set(externals.map(packageOf));
  if (wanted.has('sharp'))
    for (const part of ['@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64']) wanted.add(part);
  const files: PackedFile[] = [];
  for (const name of wanted) {
    const folder = join(modulesFolder, name);
    if (!existsSync(join(folder, 'package.json'))) {
      throw new PackageImpossible(`${name} is not installed: npm install --os=linux --cpu=x64 --libc=glibc`);
    }
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest; // of npm's making
    for (const dependency of Object.keys(manifest.dependencies ?? {}))
      if (!FOREIGN.test(dependency)) wanted.add(dependency);
    for (const path of listFiles(folder)) {
      if (isRunTime(path)) files.push({ path: `node_modules/${name}/${path}`, file: join(folder, path) });
    }
  }
  return files;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Sources to compile the native part from, programs for a command line and descriptions of types are not needed where it runs; licences stay. */
const isRunTime = (path: string): boolean =>
  !/(^src\/|^bin\/|\.d\.[cm]?ts$|\.h$|\.hpp$|\.md$|\.cc$|binding\.gyp$)/.test(path);
