import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CUTOUT_RESOURCES } from '../../shared/media/cutout/cutout-messages.ts';
import { FONT_RESOURCES } from '../../shared/media/lettering/font-files.ts';
import { writeWhole } from './build-record.ts';

const CHILDREN = ['cutout/cutout-child.ts', 'video/video-child.ts', 'video/film-child.ts'].map((file) =>
  fileURLToPath(new URL(`../../shared/media/${file}`, import.meta.url)),
);
const PROGRAMS = ['cutout-child.cjs', 'video-child.cjs', 'film-child.cjs'];
const RESOURCES = [...Object.values(CUTOUT_RESOURCES), ...Object.values(FONT_RESOURCES)];

/** Where the files that are copied come from, from the repository's root. */
export const MEDIA_SOURCES = RESOURCES.map(({ from }) => `node_modules/${from}`);

export const hasMedia = (folder: string): boolean =>
  [...PROGRAMS, ...RESOURCES.map(({ file }) => file)].every((file) => existsSync(join(folder, file)));

/**
 * Writes what MEDIA_RESOURCES names: the cut-out's program and the files that it loads (18 MB), the videos' programs
 * (2 MB), and the fonts (17 MB). Answers the programs' sources, from the repository's root.
 */
export async function buildMedia(folder: string, root: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: CHILDREN,
    outdir: folder,
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  for (const { path, contents } of outputFiles) await writeWhole(join(folder, basename(path)), contents);
  for (const { file, from } of RESOURCES) {
    const source = locate(from);
    const target = join(folder, file);
    if (existsSync(target) && statSync(target).size === statSync(source).size) continue;
    await copyFile(source, `${target}.new`);
    await rename(`${target}.new`, target);
  }
  return Object.keys(metafile.inputs);
}

/** Packages with an `exports` map hide their files, so the package is found first and the file inside it. */
function locate(path: string): string {
  for (const base of createRequire(import.meta.url).resolve.paths('x') ?? []) {
    const file = join(base, path);
    if (existsSync(file)) return file;
  }
  throw new Error(`${path} is not installed: run npm ci`);
}
