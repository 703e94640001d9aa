import { fetchObject } from './fetch-object.ts';

export interface PackedFile {
  /** Folders and name in the archive. */
  readonly path: string;
  readonly url: string;
}

export interface Packed {
  readonly archive: Blob;
  /** How many could not be fetched, and are not in it. */
  readonly missing: number;
}

/** Fetched ahead of the one that is being written. */
const AHEAD = 3;

/**
 * Files of other origins as one ZIP, each streamed into it in turn. One that is gone is left out and counted.
 * @throws when none could be fetched, or one broke off in the middle
 */
export async function packFiles(files: readonly PackedFile[], onDone: (done: number) => void): Promise<Packed> {
  const { downloadZip } = await import('client-zip');
  let missing = 0;
  async function* entries() {
    const answers: Promise<Response | null>[] = [];
    for (const [n, { path }] of files.entries()) {
      while (answers.length < files.length && answers.length <= n + AHEAD)
        answers.push(fetchObject(files[answers.length]?.url ?? '').catch(() => null));
      const answer = await answers[n];
      if (answer) yield { name: path, input: answer };
      else missing += 1;
      onDone(n + 1);
    }
  }
  const archive = await downloadZip(entries()).blob();
  if (missing === files.length) throw new Error('none of the files could be fetched');
  return { archive, missing };
}

/** A name as part of a path in an archive: nothing that an unpacker or a file system would take for something else. */
export function pathPart(text: string): string {
  const cleaned = text
    .normalize('NFC')
    .replace(/[<>:"/\\|?*\p{Cc}\p{Cf}]/gu, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  return [...cleaned].slice(0, 80).join('') || '_';
}
