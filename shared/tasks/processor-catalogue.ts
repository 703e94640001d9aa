import { backgroundParams, repairParams, tryOnParams, upscaleParams, videoParams } from '../engines/engine-params.ts';
import { EMBEDDED_ENGINE, isLocal, MODEL_ENGINE, readEngines } from '../engines/read-engines.ts';
import { type EngineProcessor, RESULT_FILES } from '../engines/result-files.ts';
import type { Catalogue, ProcessorEntry } from '../features/catalogue.ts';
import { PROCESSORS, type ProcessorName } from '../media/processors.ts';
import { markedParams } from '../media/single/marked-params.ts';

const EMBEDDED = [EMBEDDED_ENGINE] as const;
const ONE = { min: 1, max: 1 } as const;

/** What can only be done elsewhere. */
const ONLY_ELSEWHERE = {
  'model-try-on': { params: tryOnParams, inputs: { garment: ONE }, engines: ['tencent-mps', 'tencent-aiart'] },
  'video-generate': { params: videoParams, inputs: { photo: ONE }, engines: ['tencent-vclm'] },
  'replace-background': { params: backgroundParams, inputs: { photo: ONE }, engines: ['tencent-aiart'] },
  upscale: { params: upscaleParams, inputs: { photo: ONE }, engines: ['tencent-ci'] },
  repair: { params: repairParams, inputs: { photo: ONE, mask: ONE }, engines: ['tencent-ci'] },
} as const satisfies Readonly<Record<string, ProcessorEntry>>;

/** What others can do too, 数据万象 or a model of the operator's: a card says in which order they are asked. */
const OTHERS_TOO: Readonly<Partial<Record<ProcessorName, readonly string[]>>> = {
  cutout: [EMBEDDED_ENGINE, MODEL_ENGINE, 'tencent-ci'],
  enhance: [EMBEDDED_ENGINE, 'tencent-ci'],
};

const filesOf = (name: string): readonly string[] => [RESULT_FILES[name as EngineProcessor].name];

/** What cards may name, without the code that does it: functions that only list or order stay small. */
export const CATALOGUE: Catalogue = {
  engines: EMBEDDED,
  processors: {
    'basic-clean': {
      params: markedParams,
      inputs: { photo: ONE },
      files: ['cutout.png', 'white.jpg', 'enhanced.jpg'],
      engines: [EMBEDDED_ENGINE, MODEL_ENGINE],
    },
    ...Object.fromEntries(
      Object.entries(PROCESSORS).map(([name, spec]) => [
        name,
        { ...spec, engines: OTHERS_TOO[name as ProcessorName] ?? EMBEDDED },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(ONLY_ELSEWHERE).map(([name, entry]) => [name, { ...entry, files: filesOf(name) }]),
    ),
  },
};

/** The same with the engines that this deployment has (AI_ENGINES). */
export const catalogueWith = (engines: string | undefined): Catalogue => ({
  ...CATALOGUE,
  engines: [...EMBEDDED, ...readEngines(engines).keys()],
});

/**
 * Which function a step's work object invokes: the one for images, or the one that asks engines wherever the step names any that is
 * elsewhere (it hands over when our turn comes). Plans of old name none.
 */
export const laneOf = ({ processor, engines = [] }: LaneStep): 'image' | 'provider' =>
  Object.hasOwn(ONLY_ELSEWHERE, processor) || !engines.every(isLocal) ? 'provider' : 'image';

export interface LaneStep {
  readonly processor: string;
  readonly engines?: readonly string[] | undefined;
}
