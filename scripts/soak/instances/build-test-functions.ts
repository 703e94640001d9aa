import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { REPOSITORY_ROOT } from '../../build/build-functions.ts';
import { functionFolder, listFunctions } from '../../build/list-functions.ts';
import { slimMysql2 } from '../../build/slim-mysql2.ts';
import { slimTencentSdk } from '../../build/slim-tencent-sdk.ts';

/** Bundles for fault tests, in a temporary folder: never what is deployed. */
export interface TestBuild {
  readonly folder: string;
  readonly names: readonly string[];
  readonly fileOf: (name: string) => string;
  readonly remove: () => Promise<void>;
}

/** Answers the JavaScript that takes a module's place. */
export type Rewrite = (path: string, source: string) => Promise<string>;

/** A picture costs nothing here: what is done with results is under test, not how they are made. */
const CHEAP_IMAGES = `export const imageProcessors = () => ({
  'basic-clean': async ([bytes]) => [
    { name: 'white.jpg', contentType: 'image/jpeg', width: 8, height: 8, bytes, flags: [] },
  ],
});`;

export async function buildTestFunctions(rewrite?: Rewrite): Promise<TestBuild> {
  const folder = await mkdtemp(join(tmpdir(), 'test-functions-'));
  const names = listFunctions();
  await build({
    absWorkingDir: REPOSITORY_ROOT,
    entryPoints: names.map((name) => ({ in: join(functionFolder('functions', name), 'handler.ts'), out: name })),
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    drop: ['console'],
    logLevel: 'silent',
    plugins: [slimMysql2, slimTencentSdk, cheapImages, ...(rewrite ? [rewriteOwnCode(rewrite)] : [])],
  });
  return {
    folder,
    names,
    fileOf: (name) => join(folder, `${name}.js`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const cheapImages: Plugin = {
  name: 'cheap-images',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]shared[\\/]tasks[\\/]image-processors\.ts$/ }, () => ({
      contents: CHEAP_IMAGES,
      loader: 'js',
    }));
  },
};

const rewriteOwnCode = (rewrite: Rewrite): Plugin => ({
  name: 'rewrite-own-code',
  setup: (build) => {
    build.onLoad({ filter: /[\\/](shared|functions)[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: await rewrite(relative(REPOSITORY_ROOT, path), await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
});
