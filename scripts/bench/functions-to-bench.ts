import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions, REPOSITORY_ROOT } from '../build/build-functions.ts';

/** The deployed bundle of a function, built when it is out of date. @returns its `index.js` */
export async function builtFunction(name: string): Promise<string> {
  const [built] = await buildFunctions({ only: [name] });
  return built!.file;
}

/** A function of the bench's own, bundled by the same settings as the product's. */
export async function builtBenchFunction(name: string): Promise<string> {
  const [built] = await buildFunctions({
    only: [name],
    functionsFolder: fileURLToPath(new URL('./functions', import.meta.url)),
    distFolder: join(REPOSITORY_ROOT, 'dist', 'bench'),
  });
  return built!.file;
}
