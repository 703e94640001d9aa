import { join } from 'node:path';
import { basicClean } from '../media/basic-clean.ts';
import { createCutoutProcess } from '../media/cutout/cutout-process.ts';
import { PROCESSORS, type ProcessorName } from '../media/processors.ts';
import { runProcessor } from '../media/run-processor.ts';
import { markedParams } from '../media/single/marked-params.ts';
import type { Processor } from './run-unit.ts';

/**
 * What a step may name. `mediaFolder` holds the cut-out's program, fonts and files (a layer's folder on SCF). The cut-out's
 * process stays warm with the instance; the code of the others is loaded when it is first asked for.
 */
export function imageProcessors(mediaFolder: string, ffmpegPath?: string): Readonly<Record<string, Processor>> {
  const cutout = createCutoutProcess({ entry: join(mediaFolder, 'cutout-child.cjs'), resourcesFolder: mediaFolder });
  const named =
    (name: ProcessorName): Processor =>
    (pictures, limitMs, { names, params, presets }) => {
      const inputs = pictures.map((bytes, n) => ({ name: names[n] ?? 'photo', bytes }));
      const call = { inputs, params, limitMs, ...(presets && { presets }) };
      return runProcessor(name, call, { cutout, mediaFolder, ffmpegPath });
    };
  const names = Object.keys(PROCESSORS) as ProcessorName[];
  return {
    ...Object.fromEntries(names.map((name) => [name, named(name)])),
    'basic-clean': async ([photo], limitMs, { params }) => {
      if (!photo) throw new Error('basic-clean takes one photo');
      return basicClean(photo, cutout, { timeoutMs: limitMs, ...markedParams.parse(params) });
    },
  };
}
