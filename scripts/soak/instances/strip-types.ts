import { transform } from 'esbuild';

/** TypeScript as JavaScript without comments, statement by statement as it was written. */
export async function stripTypes(source: string): Promise<string> {
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20', legalComments: 'none' });
  return code;
}
