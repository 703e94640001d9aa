import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The files below these folders of `root` (or these files themselves), sorted, from the root and with `/`. */
export function listFiles(root: string, folders: readonly string[], wanted = /./): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry: Dirent) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => wanted.test(file) && !file.includes('node_modules/'))
    .sort();
}
