import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What is kept of a build, to tell whether it is still good and to check what went into it. */
export interface BuildRecord {
  readonly name: string;
  /** Everything but the inputs that the output depends on. */
  readonly settings: string;
  /** Path from the repository's root → content hash. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Path from the repository's root → bytes that it has in the bundle. */
  readonly contents: Readonly<Record<string, number>>;
  /** Packages that are not in the bundle but required by it. */
  readonly externals: readonly string[];
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly hasCodeCache: boolean;
  /** It starts the cut-out, whose program and files lie in `media/` beside it. */
  readonly hasMedia: boolean;
  /** Of the `schema.json` beside it; null: it does not ask for one. */
  readonly schemaLevel: string | null;
}

export const recordFile = (distFolder: string, name: string): string => join(distFolder, 'records', `${name}.json`);

export async function readRecord(distFolder: string, name: string): Promise<BuildRecord | null> {
  try {
    return JSON.parse(await readFile(recordFile(distFolder, name), 'utf8')) as BuildRecord; // our own file
  } catch {
    return null;
  }
}

/** Hashes a file once, however many functions use it; '' for a file that is gone. */
export function fileHasher(root: string): (path: string) => string {
  const known = new Map<string, string>();
  return (path) => {
    let hash = known.get(path);
    if (hash === undefined) {
      const file = join(root, path);
      hash = existsSync(file) ? hashOf(readFileSync(file)) : '';
      known.set(path, hash);
    }
    return hash;
  };
}

export const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 32);

/** Whole or not at all: a reader never sees half a file. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, content);
  await rename(fresh, file);
}
