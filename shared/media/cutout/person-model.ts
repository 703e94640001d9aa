import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

/** The side of the square picture that MediaPipe's selfie segmentation takes. */
export const PERSON_SIDE = 256;

/** RGB bytes of 256x256 in, the probability (0…1) of a person per pixel out. */
export type PersonModel = (rgb: Uint8Array) => Promise<Float32Array>;

/**
 * LiteRT is written for browsers: while it loads it looks for a worker's globals. The `compat` wasm is named outright,
 * for the relaxed-SIMD one rounds differently from machine to machine.
 */
export async function loadPersonModel(litertFile: string, modelFile: string): Promise<PersonModel> {
  const scope: Record<string, unknown> = globalThis;
  const shims = {
    require: createRequire(litertFile),
    __filename: litertFile,
    __dirname: dirname(litertFile),
    self: globalThis,
    importScripts: (url: string) => {
      const file = url.startsWith('file:') ? fileURLToPath(url) : url;
      runInThisContext(readFileSync(file, 'utf8'), { filename: file });
    },
  };
  Object.assign(scope, shims);
  try {
    await loadLiteRt(pathToFileURL(litertFile).href);
  } finally {
    for (const name of Object.keys(shims)) delete scope[name];
  }
  const model = await loadAndCompile(new Uint8Array(await readFile(modelFile)), { accelerator: 'wasm' });
  return async (rgb) => {
    const input = new Tensor(
      Float32Array.from(rgb, (value) => value / 255),
      [1, PERSON_SIDE, PERSON_SIDE, 3],
    );
    const outputs = await model.run([input]);
    const first = outputs[0];
    if (!first) throw new Error('the person model gave no output');
    const probability = Float32Array.from((await first.data()) as Float32Array);
    input.delete();
    for (const output of outputs) output.delete();
    return probability;
  };
}
