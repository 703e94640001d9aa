import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { CUTOUT_RESOURCES } from '../../shared/media/cutout/cutout-messages.ts';
import { FONT_RESOURCES } from '../../shared/media/lettering/font-files.ts';
import { hashOf, writeWhole } from './build-record.ts';
import { QUIET_CONSOLE, WITHOUT_CONSOLE } from './without-console.ts';

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
    ...WITHOUT_CONSOLE,
    banner: { js: `"use strict";${QUIET_CONSOLE}` },
    write: false,
    logLevel: 'silent',
  });
  for (const { path, contents } of outputFiles) await writeWhole(join(folder, basename(path)), contents);
  for (const { file, from } of RESOURCES) {
    const source = locate(from);
    const target = join(folder, file);
    if (file.endsWith('.js')) {
      await quieten(source, target);
      continue;
    }
    if (existsSync(target) && statSync(target).size === statSync(source).size) continue;
    await copyFile(source, `${target}.new`);
    await rename(`${target}.new`, target);
  }
  return Object.keys(metafile.inputs);
}

/** An engine's own script, which would print: written anew when it or what is done to it has changed, as its first line says. */
async function quieten(source: string, target: string): Promise<void> {
  const text = readFileSync(source, 'utf8');
  const banner = `/*${hashOf(JSON.stringify([text, QUIET_CONSOLE, WITHOUT_CONSOLE]))}*/`;
  if (existsSync(target) && firstBytes(target, banner.length) === banner) return;
  const { code } = await transform(text, { ...WITHOUT_CONSOLE, charset: 'utf8', logLevel: 'silent' });
  await writeWhole(target, `${banner}${QUIET_CONSOLE}${code}`);
}

function firstBytes(file: string, length: number): string {
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, bytes, 0, length, 0);
  } finally {
    closeSync(descriptor);
  }
  return bytes.toString('latin1');
}

/** Packages with an `exports` map hide their files, so the package is found first and the file inside it. */
function locate(path: string): string {
  for (const base of createRequire(import.meta.url).resolve.paths('x') ?? []) {
    const file = join(base, path);
    if (existsSync(file)) return file;
  }
  throw new Error(`${path} is not installed: run npm ci`);
}
