import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { buildMedia, MEDIA_SOURCES } from './build-media.ts';
import { type BuildRecord, hashOf, recordFile, writeWhole } from './build-record.ts';
import { buildSchema, SCHEMA_READER } from './build-schema.ts';
import { collectLicences, LICENCES_FILE, packagesOf } from './collect-licences.ts';
import { BUNDLE_ID_LENGTH, LOADER_SOURCE } from './function-loader.ts';
import { functionFolder } from './list-functions.ts';
import { makeCodeCaches } from './make-code-caches.ts';
import { slimErrors } from './slim-errors.ts';
import { slimMysql2 } from './slim-mysql2.ts';
import { slimTencentSdk } from './slim-tencent-sdk.ts';

export interface BundlePlace {
  /** The repository: paths in records are relative to it. */
  readonly root: string;
  readonly functionsFolder: string;
  readonly distFolder: string;
  readonly settings: string;
  readonly cache: boolean;
  readonly hashFile: (path: string) => string;
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
  // Chinese is escaped: the gzip is no longer (91.2 KB either way), and the loader may read a byte a character.
  charset: 'ascii',
  sourcemap: 'external',
  sourcesContent: true,
  // Our own code has none; a dependency's would write lines that are no JSON into the functions' log.
  drop: ['console', 'debugger'],
  define: { 'process.env.NODE_ENV': '"production"' },
  external: EXTERNALS,
} as const satisfies BuildOptions;

/** Bundles the named functions in one go, and writes all that belongs to each. */
export async function bundleFunctions(names: readonly string[], place: BundlePlace): Promise<BuildRecord[]> {
  if (names.length === 0) return [];
  const { root, distFolder, cache } = place;
  const outdir = join(distFolder, 'functions');
  const bundled = await bundle(names, place, [slimMysql2, slimTencentSdk]);
  const records: BuildRecord[] = [];
  for (const name of names) {
    const file = join(outdir, name, 'bundle.js');
    const slim = sourcesToSlim(name, bundled.metafile, place);
    const { textOf, metafile } = slim === null ? bundled : await bundle([name], place, [slimErrors(root, slim)]);
    const code = withId(Buffer.from(textOf.get(file) ?? []));
    // The old cache goes first: beside the new bundle it would only cost the time to refuse it.
    await rm(join(outdir, name, 'bundle.cache'), { force: true });
    await writeWhole(file, code);
    await writeWhole(join(distFolder, 'maps', `${name}.js.map`), textOf.get(`${file}.map`) ?? '');
    await writeWhole(join(outdir, name, 'index.js'), LOADER_SOURCE);
    const record = await withSchema(await withMedia(toRecord(name, code, metafile, place), place), place);
    await writeWhole(join(outdir, name, LICENCES_FILE), collectLicences(root, packagesIn(record)));
    records.push(record);
  }
  if (cache) await writeCodeCaches(names, outdir);
  for (const record of records) await writeWhole(recordFile(distFolder, record.name), JSON.stringify(record));
  return records;
}

async function bundle(names: readonly string[], { root, functionsFolder, distFolder }: BundlePlace, plugins: Plugin[]) {
  const { outputFiles, metafile } = await build({
    ...SETTINGS,
    absWorkingDir: root,
    entryPoints: names.map((name) => ({
      in: join(functionFolder(functionsFolder, name), 'handler.ts'),
      out: `${name}/bundle`,
    })),
    outdir: join(distFolder, 'functions'),
    plugins,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { textOf: new Map(outputFiles.map(({ path, contents }) => [path, contents])), metafile };
}

/** Our own sources of a function without a database, which is bundled once more with the errors that they name; null: as it is. */
function sourcesToSlim(name: string, metafile: Metafile, place: BundlePlace): string[] | null {
  const { inputs = {}, entryPoint = '' } = metafile.outputs[outputOf(name, place)] ?? {};
  const holds = (part: string) => Object.keys(inputs).some((path) => path.startsWith(part));
  if (holds('node_modules/mysql2/') || !holds('shared/contract/errors.ts')) return null;
  return [...reachedFrom(metafile, entryPoint).inputs].filter((path) => !path.startsWith('node_modules/'));
}

const outputOf = (name: string, { root, distFolder }: BundlePlace): string =>
  relative(root, join(distFolder, 'functions', name, 'bundle.js'));

/** The bundle with its content's hash as its last characters, in a comment. */
function withId(code: Buffer): Buffer {
  return Buffer.concat([code, Buffer.from(`//${hashOf(code).slice(0, BUNDLE_ID_LENGTH)}`)]);
}

async function withMedia(record: BuildRecord, { root, distFolder, hashFile }: BundlePlace): Promise<BuildRecord> {
  if (!('shared/media/cutout/cutout-process.ts' in record.contents)) return record;
  const sources = await buildMedia(join(distFolder, 'functions', record.name, 'media'), root);
  const inputs = { ...record.inputs, ...Object.fromEntries(sources.map((path) => [path, hashFile(path)])) };
  return { ...record, inputs, hasMedia: true };
}

/** Whose code or files it carries along; what lies in its `node_modules` has its licence beside it. */
const packagesIn = ({ hasMedia, inputs, contents }: BuildRecord): string[] =>
  packagesOf(hasMedia ? [...Object.keys(inputs), ...MEDIA_SOURCES] : Object.keys(contents));

async function withSchema(record: BuildRecord, { distFolder }: BundlePlace): Promise<BuildRecord> {
  if (!(SCHEMA_READER in record.contents)) return record;
  return { ...record, schemaLevel: await buildSchema(join(distFolder, 'functions', record.name)) };
}

async function writeCodeCaches(names: readonly string[], outdir: string): Promise<void> {
  const caches = await makeCodeCaches(names.map((name) => ({ name, file: join(outdir, name, 'bundle.js') })));
  for (const [name, data] of caches) {
    const id = (await readFile(join(outdir, name, 'bundle.js'))).subarray(-BUNDLE_ID_LENGTH);
    await writeWhole(join(outdir, name, 'bundle.cache'), Buffer.concat([id, data]));
  }
}

function toRecord(name: string, code: Buffer, metafile: Metafile, place: BundlePlace): BuildRecord {
  const outputPath = outputOf(name, place);
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
    hasMedia: false,
    schemaLevel: null,
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
