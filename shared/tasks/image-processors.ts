import { join } from 'node:path';
import type { LocalEngine } from '../engines/read-engines.ts';
import { basicClean } from '../media/basic-clean.ts';
import { type CutoutProcess, createCutoutProcess } from '../media/cutout/cutout-process.ts';
import type { ModelSetting } from '../media/onnx/model-setting.ts';
import { PROCESSORS, type ProcessorName } from '../media/processors.ts';
import { runProcessor } from '../media/run-processor.ts';
import { markedParams } from '../media/single/marked-params.ts';
import type { Processor } from './run-unit.ts';

/**
 * What a step may name. `mediaFolder` holds the cut-out's program, fonts and files (a layer's folder on SCF). The cut-out's
 * process stays warm with the instance; the code of the others is loaded when it is first asked for. `model`: the operator's own, in
 * a process beside it, so that neither's memory or end is the other's.
 */
export function imageProcessors(
  mediaFolder: string,
  { ffmpegPath, model }: { readonly ffmpegPath?: string | undefined; readonly model?: ModelSetting | undefined } = {},
): Readonly<Record<string, Processor>> {
  const where = { entry: join(mediaFolder, 'cutout-child.cjs'), resourcesFolder: mediaFolder };
  const embedded = createCutoutProcess(where);
  const byModel = model && createCutoutProcess({ ...where, model });
  const cutoutOf = (engine: LocalEngine): CutoutProcess => {
    if (engine === 'embedded') return embedded;
    if (!byModel) throw new Error('the engine onnx has no model here');
    return byModel;
  };
  const named =
    (name: ProcessorName): Processor =>
    async (pictures, limitMs, { names, params, presets, engine }) => {
      const inputs = pictures.map((bytes, n) => ({ name: names[n] ?? 'photo', bytes }));
      const call = { inputs, params, limitMs, ...(presets && { presets }) };
      return runProcessor(name, call, { cutout: cutoutOf(engine), mediaFolder, ffmpegPath });
    };
  const names = Object.keys(PROCESSORS) as ProcessorName[];
  return {
    ...Object.fromEntries(names.map((name) => [name, named(name)])),
    'basic-clean': async ([photo], limitMs, { params, engine }) => {
      if (!photo) throw new Error('basic-clean takes one photo');
      return basicClean(photo, cutoutOf(engine), { timeoutMs: limitMs, ...markedParams.parse(params) });
    },
  };
}
