import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../build/build-functions.ts';
import { buildMedia } from '../build/build-media.ts';
import { buildProcessorProcess } from './start-processor.ts';

/** A folder with what processors load, removed after `use`. */
export async function withMediaFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-media-'));
  try {
    await buildMedia(folder, REPOSITORY_ROOT);
    await buildProcessorProcess(folder);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
