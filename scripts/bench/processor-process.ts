import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageProcessors } from '../../shared/tasks/image-processors.ts';
import type { ProcessorAsked, ProcessorDone } from './start-processor.ts';

// Processors as a step's instance has them, bundled as functions are: no loader, so that its memory is what ships.

let processors: ReturnType<typeof imageProcessors> | undefined;

async function answer(asked: ProcessorAsked): Promise<ProcessorDone> {
  const { mediaFolder, processor, inputs, params, limitMs, keepIn } = asked;
  processors ??= imageProcessors(mediaFolder);
  const run = processors[processor];
  if (!run) throw new Error(`there is no processor ${processor}`);
  const startMs = performance.now();
  const pictures = await Promise.all(inputs.map(({ file }) => readFile(file)));
  const work = { names: inputs.map(({ name }) => name), params, unit: 0, engine: 'embedded' } as const;
  const outputs = await run(pictures, limitMs, work);
  const tookMs = performance.now() - startMs;
  const files = outputs.map(({ name }) => name);
  if (keepIn !== undefined) for (const { name, bytes } of outputs) await writeFile(join(keepIn, name), bytes);
  return { files, tookMs };
}

process.once('disconnect', () => process.exit(0));
process.on('message', async (asked: ProcessorAsked) => {
  // What it throws ends this process, which its parent sees.
  process.send?.(await answer(asked));
});
