import * as z from 'zod/mini';
import { textBundleParams } from './copy/text-bundle-params.ts';
import { gridParams } from './grid/grid-params.ts';
import { platformPackParams, resizePresetParams } from './platforms/platform-params.ts';
import { posterParams } from './poster/poster-params.ts';
import type { ProcessorSpec } from './processor.ts';
import { drawnParams, markedParams } from './single/marked-params.ts';
import { storyboardParams } from './storyboard/storyboard-params.ts';
import { subtitleParams, transcodeParams, videoMergeParams } from './video/film-params.ts';
import { videoFromImagesParams } from './video/video-params.ts';
import { watermarkParams } from './watermark/watermark-params.ts';

const ONE = { min: 1, max: 1 } as const;
const NO_PARAMS = z.object({});

/**
 * Every processor by name: its params and the files that it takes. No image code is reached from here, so that an API
 * can validate a card; load-processor.ts has the code.
 */
export const PROCESSORS = {
  cutout: { params: markedParams, inputs: { photo: ONE } },
  'white-background': { params: NO_PARAMS, inputs: { cutout: ONE } },
  enhance: { params: NO_PARAMS, inputs: { photo: ONE } },
  'repair-mask': { params: drawnParams, inputs: { photo: ONE } },
  'storyboard-template': { params: storyboardParams, inputs: { cutout: ONE } },
  'resize-preset': { params: resizePresetParams, inputs: { cutout: ONE } },
  'platform-pack': { params: platformPackParams, inputs: { cutout: ONE } },
  poster: { params: posterParams, inputs: { cutout: ONE } },
  watermark: { params: watermarkParams, inputs: { photo: ONE, logo: { min: 0, max: 1 } } },
  'ai-mark': { params: NO_PARAMS, inputs: { images: { min: 1, max: 16 } } },
  'text-bundle': { params: textBundleParams, inputs: {} },
  'video-from-images': { params: videoFromImagesParams, inputs: { images: { min: 1, max: 12 } } },
  'video-merge': { params: videoMergeParams, inputs: { videos: { min: 2, max: 6 } } },
  subtitle: { params: subtitleParams, inputs: { video: ONE } },
  transcode: { params: transcodeParams, inputs: { video: ONE } },
  grid: { params: gridParams, inputs: { images: { min: 1, max: 16 } } },
} as const satisfies Readonly<Record<string, ProcessorSpec>>;

export type ProcessorName = keyof typeof PROCESSORS;
export type ParamsOf<Name extends ProcessorName> = z.infer<(typeof PROCESSORS)[Name]['params']>;
