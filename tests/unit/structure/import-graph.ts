import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles } from './list-files.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface ImportEdge {
  /** From the root, with `/`. */
  readonly from: string;
  /** A file from the root, or a package's name (`sharp`, `@scope/name`, `node:fs`). */
  readonly to: string;
  readonly isFile: boolean;
}

/** Statements begin a line, as the formatter writes them; `[^;]` keeps one statement's match out of the next. */
const STATEMENT = /^(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*(['"])([^'"]+)\1/gm;
/** A quote before it on its line would make it text. */
const CALL = /^[^'"`\n]*\b(?:import|require)\s*\(\s*(['"])([^'"]+)\1\s*[,)]/gm;

/** Every import of every source file in these folders, types included: a type, too, is something that is known. */
export function readImports(root: string, folders: readonly string[]): ImportEdge[] {
  return sourceFiles(root, folders).flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8');
    const names = [STATEMENT, CALL].flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => match[2] as string),
    );
    return [...new Set(names)].map((name) => toEdge(root, from, name));
  });
}

export function sourceFiles(root: string, folders: readonly string[]): string[] {
  return listFiles(root, folders, /\.(tsx?|mts|js|mjs|cjs)$/);
}

function toEdge(root: string, from: string, name: string): ImportEdge {
  if (!name.startsWith('.')) {
    const [first = '', second = ''] = name.split('/');
    return { from, to: name.startsWith('@') ? `${first}/${second}` : first, isFile: false };
  }
  const to = relative(root, join(root, dirname(from), name)).replaceAll('\\', '/');
  if (!existsSync(join(root, to))) throw new Error(`${from} imports ${name}, which is no file`);
  return { from, to, isFile: true };
}
