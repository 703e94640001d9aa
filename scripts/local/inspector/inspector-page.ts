import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FOLDER = fileURLToPath(new URL('./page/', import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let script: Promise<string> | null = null;

/** Built when somebody first looks: a cloud that only runs tests pays nothing for it. */
function buildScript(): Promise<string> {
  script ??= build({
    entryPoints: [`${FOLDER}inspector.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  return script;
}

/** The inspector's own three files. @returns false for any other name */
export async function answerInspectorPage(name: string, response: ServerResponse): Promise<boolean> {
  const send = (type: string, text: string): boolean => {
    response.writeHead(200, {
      'Content-Type': `${type}; charset=utf-8`,
      'Cache-Control': 'no-store',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(text);
    return true;
  };
  if (name === '') return send('text/html', await readFile(`${FOLDER}index.html`, 'utf8'));
  if (name === 'inspector.css') return send('text/css', await readFile(`${FOLDER}inspector.css`, 'utf8'));
  if (name === 'inspector.js') return send('text/javascript', await buildScript());
  return false;
}
