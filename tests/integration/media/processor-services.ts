import type { ProcessorServices } from '../../../shared/media/processor.ts';
import { FONTS } from './drawn-cutout.ts';

/** For processors that cut nothing out. */
export const WITHOUT_CUTOUT: ProcessorServices = {
  mediaFolder: FONTS,
  cutout: {
    cutOut: () => Promise.reject(new Error('this processor cuts nothing out')),
    close: () => Promise.resolve(),
    pid: undefined,
  },
};
