import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawCutShirt } from '../draw-cut-shirt.ts';
import { onceEachRound } from '../once-each-round.ts';
import type { BenchRow } from '../row.ts';
import { withMediaFolder } from '../with-media-folder.ts';

export const STORYBOARD_ROW: BenchRow = {
  name: 'storyboard',
  title: 'twelve frames of a template storyboard',
  run: (settings) =>
    withMediaFolder(async (folder) => {
      const file = join(folder, 'cutout.png');
      await writeFile(file, await drawCutShirt());
      const asked = { processor: 'storyboard-template', inputs: [{ name: 'cutout', file }], params: {} };
      const against = 'twelve frames from a 12 MP cut-out, a process of its own';
      return [await onceEachRound(settings, folder, { row: 'storyboard', against, asked, seconds: 3.5, mib: 250 })];
    }),
};
