import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawCutShirt } from '../draw-cut-shirt.ts';
import { onceEachRound } from '../once-each-round.ts';
import type { BenchRow } from '../row.ts';
import { startProcessor } from '../start-processor.ts';
import { withMediaFolder } from '../with-media-folder.ts';

/** The twelve frames that the card `product_video` makes its film of. */
async function drawFrames(folder: string): Promise<{ name: string; file: string }[]> {
  const file = join(folder, 'cutout.png');
  await writeFile(file, await drawCutShirt());
  const process = startProcessor(folder);
  try {
    const inputs = [{ name: 'cutout', file }];
    const { files } = await process.run({ processor: 'storyboard-template', inputs, params: {}, keepIn: folder });
    return files.map((name) => ({ name: 'images', file: join(folder, name) }));
  } finally {
    await process.stop();
  }
}

export const VIDEO_ROW: BenchRow = {
  name: 'video',
  title: 'six seconds of a template video',
  run: (settings) =>
    withMediaFolder(async (folder) => {
      const asked = { processor: 'video-from-images', inputs: await drawFrames(folder), params: { seconds: 6 } };
      const against = '6 s of 720 × 960 from a storyboard, a process of its own and its encoder';
      return [await onceEachRound(settings, folder, { row: 'video', against, asked, seconds: 12, mib: 200 })];
    }),
};
