import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, version as esbuildVersion, type Metafile } from 'esbuild';
import { buildMedia } from './build-media.ts';
import { type BuildRecord, fileHasher, hashOf, readRecord, recordFile, writeWhole } from './build-record.ts';
import { BUNDLE_ID_LENGTH, LOADER_SOURCE } from './function-loader.ts';
import { makeCodeCaches } from './make-code-caches.ts';
import { slimMysql2 } from './slim-mysql2.ts';

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

/** What stays outside: native code cannot be bundled. */
const EXTERNALS = ['sharp', '@img/*'];

const SETTINGS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  // Chinese stays Chinese: escaped it is twice as long.
  charset: 'utf8',
  sourcemap: 'external',
  sourcesContent: true,
  // Our own code has none; a dependency's would write lines that are no JSON into the functions' log.
  drop: ['console', 'debugger'],
  define: { 'process.env.NODE_ENV': '"production"' },
  external: EXTERNALS,
} as const satisfies BuildOptions;

/** Every function below the folder, by the name of its own folder. */
export function listFunctions(functionsFolder = join(REPOSITORY_ROOT, 'functions')): string[] {
  if (!existsSync(functionsFolder)) return [];
  return readdirSync(functionsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(functionsFolder, entry.name, 'handler.ts')))
    .map(({ name }) => name)
    .sort();
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
  const place = { functionsFolder, distFolder, settings, cache, hashFile };
  for (const record of await buildStale(stale, place)) records.set(record.name, record);
  const ms = stale.length === 0 ? 0 : (performance.now() - startedMs) / stale.length;
  if (!options.only) await removeGone(distFolder, names);
  return names.map((name) => {
    const { bytes, gzipBytes } = records.get(name) as BuildRecord; // every name was built or found good
    const file = join(distFolder, 'functions', name, 'index.js');
    return { name, file, bytes, gzipBytes, ms: stale.includes(name) ? ms : 0 };
  });
}

interface Place {
  readonly functionsFolder: string;
  readonly distFolder: string;
  readonly settings: string;
  readonly cache: boolean;
  readonly hashFile: (path: string) => string;
}

function settingsId(hashFile: (path: string) => string): string {
  const builder = ['build-functions.ts', 'function-loader.ts', 'slim-mysql2.ts'].map((file) =>
    hashFile(`scripts/build/${file}`),
  );
  return hashOf(
    JSON.stringify([esbuildVersion, process.versions.v8, process.arch, ...builder, hashFile('package-lock.json')]),
  );
}

type GoodIf = Pick<Place, 'distFolder' | 'settings' | 'cache' | 'hashFile'>;

function isGood(record: BuildRecord, { distFolder, settings, cache, hashFile }: GoodIf): boolean {
  if (record.settings !== settings || (cache && !record.hasCodeCache)) return false;
  const folder = join(distFolder, 'functions', record.name);
  if (!['index.js', 'bundle.js'].every((file) => existsSync(join(folder, file)))) return false;
  if (record.hasCodeCache && !existsSync(join(folder, 'bundle.cache'))) return false;
  return Object.entries(record.inputs).every(([path, hash]) => hash !== '' && hashFile(path) === hash);
}

async function buildStale(names: readonly string[], place: Place): Promise<BuildRecord[]> {
  if (names.length === 0) return [];
  const { functionsFolder, distFolder, cache } = place;
  const outdir = join(distFolder, 'functions');
  const result = await build({
    ...SETTINGS,
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: names.map((name) => ({ in: join(functionsFolder, name, 'handler.ts'), out: `${name}/bundle` })),
    outdir,
    plugins: [slimMysql2],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const textOf = new Map(result.outputFiles.map(({ path, contents }) => [path, contents]));
  const records: BuildRecord[] = [];
  for (const name of names) {
    const file = join(outdir, name, 'bundle.js');
    const code = withId(Buffer.from(textOf.get(file) ?? []));
    // The old cache goes first: beside the new bundle it would only cost the time to refuse it.
    await rm(join(outdir, name, 'bundle.cache'), { force: true });
    await writeWhole(file, code);
    await writeWhole(join(distFolder, 'maps', `${name}.js.map`), textOf.get(`${file}.map`) ?? '');
    await writeWhole(join(outdir, name, 'index.js'), LOADER_SOURCE);
    records.push(toRecord(name, code, result.metafile, place));
  }
  for (const { name, contents } of records) {
    const startsCutout = 'shared/media/cutout/cutout-process.ts' in contents;
    if (startsCutout) await buildMedia(join(outdir, name, 'media'));
  }
  if (cache) await writeCodeCaches(records, outdir);
  for (const record of records) await writeWhole(recordFile(distFolder, record.name), JSON.stringify(record));
  return records;
}

/** The bundle with its content's hash as its last characters, in a comment. */
function withId(code: Buffer): Buffer {
  return Buffer.concat([code, Buffer.from(`//${hashOf(code).slice(0, BUNDLE_ID_LENGTH)}`)]);
}

async function writeCodeCaches(records: readonly BuildRecord[], outdir: string): Promise<void> {
  const caches = await makeCodeCaches(records.map(({ name }) => ({ name, file: join(outdir, name, 'bundle.js') })));
  for (const [name, data] of caches) {
    const id = (await readFile(join(outdir, name, 'bundle.js'))).subarray(-BUNDLE_ID_LENGTH);
    await writeWhole(join(outdir, name, 'bundle.cache'), Buffer.concat([id, data]));
  }
}

function toRecord(name: string, code: Buffer, metafile: Metafile, place: Place): BuildRecord {
  const outputPath = relative(REPOSITORY_ROOT, join(place.distFolder, 'functions', name, 'bundle.js'));
  const output = metafile.outputs[outputPath];
  if (!output) throw new Error(`esbuild reported no output ${outputPath}`);
  const reached = reachedFrom(metafile, output.entryPoint ?? '');
  return {
    name,
    settings: place.settings,
    inputs: Object.fromEntries([...reached.inputs].map((path) => [path, place.hashFile(path)])),
    contents: Object.fromEntries(
      Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [[path, bytesInOutput]] : [],
      ),
    ),
    externals: [...reached.externals].sort(),
    bytes: code.length,
    gzipBytes: gzipSync(code, { level: 9 }).length,
    hasCodeCache: place.cache,
  };
}

/** All that was read for one entry: also what tree shaking left out, for a change there may bring it back in. */
function reachedFrom(metafile: Metafile, entry: string): { inputs: Set<string>; externals: Set<string> } {
  const inputs = new Set<string>([entry]);
  const externals = new Set<string>();
  for (const path of inputs) {
    for (const imported of metafile.inputs[path]?.imports ?? []) {
      if (!imported.external) inputs.add(imported.path);
      else if (EXTERNALS.some((name) => imported.path.startsWith(name.replace('*', '')))) externals.add(imported.path);
    }
  }
  return { inputs, externals };
}

async function removeGone(distFolder: string, names: readonly string[]): Promise<void> {
  const folder = join(distFolder, 'functions');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (names.includes(name)) continue;
    const leftovers = [join(folder, name), recordFile(distFolder, name), join(distFolder, 'maps', `${name}.js.map`)];
    for (const path of leftovers) await rm(path, { recursive: true, force: true });
  }
}
