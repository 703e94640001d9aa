import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageProcessors } from '../../shared/tasks/image-processors.ts';
import type { ProcessorAsked, ProcessorDone } from './start-processor.ts';

// Processors as a step's instance has them, bundled as functions are: no loader, so that its memory is what ships.

let processors: ReturnType<typeof imageProcessors> | undefined;

async function answer({
  mediaFolder,
  processor,
  inputs,
  params,
  limitMs,
  keepIn,
}: ProcessorAsked): Promise<ProcessorDone> {
  processors ??= imageProcessors(mediaFolder);
  const run = processors[processor];
  if (!run) throw new Error(`there is no processor ${processor}`);
  const startMs = performance.now();
  const pictures = await Promise.all(inputs.map(({ file }) => readFile(file)));
  const outputs = await run(pictures, limitMs, { names: inputs.map(({ name }) => name), params, unit: 0 });
  const tookMs = performance.now() - startMs;
  const files = outputs.map(({ name }) => name);
  if (keepIn !== undefined) for (const { name, bytes } of outputs) await writeFile(join(keepIn, name), bytes);
  return { files, tookMs };
}

process.once('disconnect', () => process.exit(0));
process.on('message', (asked: ProcessorAsked) => {
  answer(asked).then(
    (done) => process.send?.(done),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
