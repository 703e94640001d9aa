import * as z from 'zod/mini';
import type { Catalogue } from '../features/catalogue.ts';

/** What cards may name, without the code that does it: functions that only list or order stay small. */
export const CATALOGUE: Catalogue = {
  engines: ['embedded'],
  processors: {
    'basic-clean': {
      params: z.strictObject({}),
      inputs: { photo: { min: 1, max: 1 } },
      files: ['cutout.png', 'white.jpg', 'enhanced.jpg'],
      engines: ['embedded'],
    },
  },
};
