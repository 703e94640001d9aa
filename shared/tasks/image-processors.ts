import { join } from 'node:path';
import { basicClean } from '../media/basic-clean.ts';
import { createCutoutProcess } from '../media/cutout/cutout-process.ts';
import type { Processor } from './run-unit.ts';

/**
 * What a step may name. `mediaFolder` holds the cut-out's program and its files (a layer's folder on SCF). The cut-out's
 * process stays warm with the instance.
 */
export function imageProcessors(mediaFolder: string): Readonly<Record<string, Processor>> {
  const cutout = createCutoutProcess({ entry: join(mediaFolder, 'cutout-child.cjs'), resourcesFolder: mediaFolder });
  return {
    'basic-clean': async ([photo], limitMs) => {
      if (!photo) throw new Error('basic-clean takes one photo');
      return basicClean(photo, cutout, { timeoutMs: limitMs });
    },
  };
}
