import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { slimErrors } from '../../../scripts/build/slim-errors.ts';

const SMALL_FUNCTION = `
  import * as z from 'zod/mini';
  import { BASE_CONFIG } from './shared/config/read-config.ts';
  import { operation } from './shared/contract/operation.ts';
  import { httpFunction } from './shared/http/http-function.ts';
  const op = operation({ name: 'health-live', method: 'GET', summary: 's', caller: 'anyone',
    input: z.strictObject({}), output: z.object({ ok: z.boolean() }), rateLimit: undefined });
  export const main = httpFunction({ operation: op, config: z.object(BASE_CONFIG), build: () => null,
    caller: () => null, run: async () => ({ ok: true }) });
`;

/** What the build finds for itself: here the wrapper's own files. */
const ownSources = () => readdirSync('shared/http').map((file) => `shared/http/${file}`);

async function bundle(): Promise<{ code: Uint8Array; inputs: string[] }> {
  const result = await build({
    stdin: { contents: SMALL_FUNCTION, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    plugins: [slimErrors(process.cwd(), ownSources())],
    write: false,
    metafile: true,
  });
  return { code: result.outputFiles[0]?.contents ?? new Uint8Array(), inputs: Object.keys(result.metafile.inputs) };
}

describe('a function without a database', () => {
  it('is at most 15 KB gzipped, and carries neither driver nor SDK', async () => {
    const { code, inputs } = await bundle();
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(15 * 1024);
    expect(inputs.filter((path) => /mysql2|tencentcloud|jose/.test(path))).toEqual([]);
    expect(Buffer.from(code).toString()).not.toContain('console.');
  });
});
