import { existsSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CUTOUT_RESOURCES } from '../../shared/media/cutout/cutout-messages.ts';

const CHILD = fileURLToPath(new URL('../../shared/media/cutout/cutout-child.ts', import.meta.url));

/** Writes the cut-out's child and the four files that it loads (18 MB) into one folder; answers the child's path. */
export async function buildCutout(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const entry = join(folder, 'cutout-child.js');
  await build({
    entryPoints: [CHILD],
    outfile: entry,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
  });
  for (const { file, from } of Object.values(CUTOUT_RESOURCES)) await copyFile(locate(from), join(folder, file));
  return entry;
}

/** Packages with an `exports` map hide their files, so the package is found first and the file inside it. */
function locate(path: string): string {
  const [scope, name, ...rest] = path.split('/');
  for (const base of createRequire(import.meta.url).resolve.paths('x') ?? []) {
    const file = join(base, scope!, name!, ...rest);
    if (existsSync(file)) return file;
  }
  throw new Error(`${scope}/${name} is not installed: run npm ci`);
}
