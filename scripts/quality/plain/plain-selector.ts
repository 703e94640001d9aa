import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkTypeScript } from '../../bench/fork-process.ts';
import type { PlainReply, PlainRequest } from './plain-messages.ts';

export interface PlainCut extends PlainReply {
  readonly alpha: Buffer;
}

/** The plain selector in a process of its own, ended with `use`. */
export async function withPlainSelector<T>(
  mediaFolder: string,
  use: (cut: (photoFile: string) => Promise<PlainCut>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plain-selector-'));
  const child = forkTypeScript(fileURLToPath(new URL('plain-selector-process.ts', import.meta.url)), {}, [mediaFolder]);
  try {
    return await use(async (photoFile) => {
      const alphaFile = join(folder, 'alpha');
      child.send({ photoFile, alphaFile } satisfies PlainRequest);
      const reply = (await child.nextMessage()) as PlainReply; // our own process's only message
      return { ...reply, alpha: await readFile(alphaFile) };
    });
  } finally {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
