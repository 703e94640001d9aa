import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CutoutProcess, createCutoutProcess } from '../../shared/media/cutout/cutout-process.ts';
import { buildMedia } from '../build/build-media.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the cut-out's program as it is deployed, into a temporary folder; both are gone when `use` has ended. */
export async function withCutout<T>(use: (cutout: CutoutProcess, entry: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cutout-program-'));
  try {
    await buildMedia(folder, ROOT);
    const entry = join(folder, 'cutout-child.cjs');
    const cutout = createCutoutProcess({ entry });
    try {
      return await use(cutout, entry);
    } finally {
      await cutout.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
