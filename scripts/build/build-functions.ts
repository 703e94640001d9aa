import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version as esbuildVersion } from 'esbuild';
import { hasMedia } from './build-media.ts';
import { type BuildRecord, fileHasher, hashOf, readRecord, recordFile, writeWhole } from './build-record.ts';
import { hasSchema } from './build-schema.ts';
import { type BundlePlace, bundleFunctions } from './bundle-functions.ts';
import { LICENCES_FILE } from './collect-licences.ts';
import { listFunctions } from './list-functions.ts';

export const REPOSITORY_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BuildFunctionsOptions {
  /** Names; without it every folder of `functionsFolder` that holds a `handler.ts`. */
  readonly only?: readonly string[];
  /** Make V8's code cache too (default). Without it a rebuild is three times as fast and a cold start slower. */
  readonly cache?: boolean;
  /** Default `{root}/functions`. */
  readonly functionsFolder?: string;
  /** Default `{root}/dist`. */
  readonly distFolder?: string;
}

export interface BuiltFunction {
  readonly name: string;
  /** The loader, `{dist}/functions/{name}/index.js`, whose export `main` is the function. */
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** 0: nothing had changed. */
  readonly ms: number;
}

/**
 * Bundles functions to `{dist}/functions/{name}/`: `index.js` (loader), `bundle.js`, `bundle.cache`, and `media/` where
 * the cut-out is used; source maps to `{dist}/maps/`. What has not changed, by content, is not built again.
 * @throws esbuild's BuildFailure; BundleUnloadable
 */
export async function buildFunctions(options: BuildFunctionsOptions = {}): Promise<BuiltFunction[]> {
  const { cache = true, distFolder = join(REPOSITORY_ROOT, 'dist') } = options;
  const functionsFolder = options.functionsFolder ?? join(REPOSITORY_ROOT, 'functions');
  const names = options.only ?? listFunctions(functionsFolder);
  const hashFile = fileHasher(REPOSITORY_ROOT);
  const settings = settingsId(hashFile);
  // The deployed zip has no package.json and so is CommonJS; below this repository's own it would be ESM.
  await writeWhole(join(distFolder, 'package.json'), '{ "type": "commonjs" }\n');

  const records = new Map<string, BuildRecord>();
  const stale: string[] = [];
  for (const name of names) {
    const record = await readRecord(distFolder, name);
    if (record && isGood(record, { distFolder, settings, cache, hashFile })) records.set(name, record);
    else stale.push(name);
  }
  const startedMs = performance.now();
  const place = { root: REPOSITORY_ROOT, functionsFolder, distFolder, settings, cache, hashFile };
  for (const record of await bundleFunctions(stale, place)) records.set(record.name, record);
  const ms = stale.length === 0 ? 0 : (performance.now() - startedMs) / stale.length;
  if (!options.only) await removeGone(distFolder, names);
  return names.map((name) => {
    const { bytes, gzipBytes } = records.get(name) as BuildRecord; // every name was built or found good
    const file = join(distFolder, 'functions', name, 'index.js');
    return { name, file, bytes, gzipBytes, ms: stale.includes(name) ? ms : 0 };
  });
}

function settingsId(hashFile: (path: string) => string): string {
  const builder = [
    'bundle-functions.ts',
    'build-media.ts',
    'build-schema.ts',
    'collect-licences.ts',
    'function-loader.ts',
    'slim-errors.ts',
    'slim-mysql2.ts',
    'slim-tencent-sdk.ts',
    'without-console.ts',
  ].map((file) => hashFile(`scripts/build/${file}`));
  return hashOf(
    JSON.stringify([esbuildVersion, process.versions.v8, process.arch, ...builder, hashFile('package-lock.json')]),
  );
}

type GoodIf = Pick<BundlePlace, 'distFolder' | 'settings' | 'cache' | 'hashFile'>;

function isGood(record: BuildRecord, { distFolder, settings, cache, hashFile }: GoodIf): boolean {
  if (record.settings !== settings || (cache && !record.hasCodeCache)) return false;
  const folder = join(distFolder, 'functions', record.name);
  if (!['index.js', 'bundle.js', LICENCES_FILE].every((file) => existsSync(join(folder, file)))) return false;
  if (record.hasCodeCache && !existsSync(join(folder, 'bundle.cache'))) return false;
  if (record.hasMedia && !hasMedia(join(folder, 'media'))) return false;
  if (record.schemaLevel !== null && !hasSchema(folder, record.schemaLevel)) return false;
  return Object.entries(record.inputs).every(([path, hash]) => hash !== '' && hashFile(path) === hash);
}

async function removeGone(distFolder: string, names: readonly string[]): Promise<void> {
  const folder = join(distFolder, 'functions');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (names.includes(name)) continue;
    const leftovers = [join(folder, name), recordFile(distFolder, name), join(distFolder, 'maps', `${name}.js.map`)];
    for (const path of leftovers) await rm(path, { recursive: true, force: true });
  }
}
