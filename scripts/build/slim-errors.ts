import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import * as errors from '../../shared/contract/errors.ts';

const TABLE = 'shared/contract/errors.ts';
const CODE = /'([A-Z][A-Z_]+)'/g;

/**
 * Leaves of the table of errors the rows that a function's own sources name: with its two languages the whole of it is
 * 2.5 KB of gzip and grows with every domain, a sixth of a function that needs no database. A code is written as a literal
 * or it does not compile, so what no source names cannot be answered.
 */
export function slimErrors(root: string, sources: readonly string[]): Plugin {
  const named = new Set(sources.filter((path) => path !== TABLE).flatMap((path) => codesIn(join(root, path))));
  const rows = Object.fromEntries(Object.entries(errors.ERRORS).filter(([code]) => named.has(code)));
  const contents = Object.entries({ ...errors, ERRORS: rows })
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join('\n');
  return {
    name: 'slim-errors',
    setup: (build) => {
      build.onLoad({ filter: /[\\/]shared[\\/]contract[\\/]errors\.ts$/ }, () => ({ contents, loader: 'js' }));
    },
  };
}

const codesIn = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(CODE)].map(([, code]) => code as string);
