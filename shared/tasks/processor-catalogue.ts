import { tryOnParams, videoParams } from '../engines/engine-params.ts';
import { readEngines } from '../engines/read-engines.ts';
import type { Catalogue, ProcessorEntry } from '../features/catalogue.ts';
import { PROCESSORS } from '../media/processors.ts';
import { markedParams } from '../media/single/marked-params.ts';

const EMBEDDED = ['embedded'] as const;
const ONE = { min: 1, max: 1 } as const;

/** What engines do elsewhere, and answer later. */
const AT_ENGINES: Readonly<Record<string, ProcessorEntry>> = {
  'model-try-on': { params: tryOnParams, inputs: { garment: ONE }, files: ['result.jpg'], engines: ['tencent-mps'] },
  'video-generate': { params: videoParams, inputs: { photo: ONE }, files: ['video.mp4'], engines: ['tencent-vclm'] },
};

/** What cards may name, without the code that does it: functions that only list or order stay small. */
export const CATALOGUE: Catalogue = {
  engines: EMBEDDED,
  processors: {
    'basic-clean': {
      params: markedParams,
      inputs: { photo: ONE },
      files: ['cutout.png', 'white.jpg', 'enhanced.jpg'],
      engines: EMBEDDED,
    },
    ...Object.fromEntries(Object.entries(PROCESSORS).map(([name, spec]) => [name, { ...spec, engines: EMBEDDED }])),
    ...AT_ENGINES,
  },
};

/** The same with the engines that this deployment has (AI_ENGINES). */
export const catalogueWith = (engines: string | undefined): Catalogue => ({
  ...CATALOGUE,
  engines: [...EMBEDDED, ...readEngines(engines).keys()],
});

/** Which function works on a step: images here, or what waits for an engine. */
export const laneOf = (processor: string): 'image' | 'provider' =>
  Object.hasOwn(AT_ENGINES, processor) ? 'provider' : 'image';
