import type { Catalogue } from '../features/catalogue.ts';
import { PROCESSORS } from '../media/processors.ts';
import { markedParams } from '../media/single/marked-params.ts';

const EMBEDDED = ['embedded'] as const;

/** What cards may name, without the code that does it: functions that only list or order stay small. */
export const CATALOGUE: Catalogue = {
  engines: EMBEDDED,
  processors: {
    'basic-clean': {
      params: markedParams,
      inputs: { photo: { min: 1, max: 1 } },
      files: ['cutout.png', 'white.jpg', 'enhanced.jpg'],
      engines: EMBEDDED,
    },
    ...Object.fromEntries(Object.entries(PROCESSORS).map(([name, spec]) => [name, { ...spec, engines: EMBEDDED }])),
  },
};
