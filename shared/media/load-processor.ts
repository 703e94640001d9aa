import type { RunProcessor } from './processor.ts';
import type { ParamsOf, ProcessorName } from './processors.ts';

/** The code behind each name, loaded when it is first asked for. */
const LOADERS: { readonly [Name in ProcessorName]: () => Promise<RunProcessor<ParamsOf<Name>>> } = {
  cutout: async () => (await import('./single/run-cutout.ts')).runCutout,
  'white-background': async () => (await import('./single/run-white-background.ts')).runWhiteBackground,
  enhance: async () => (await import('./single/run-enhance.ts')).runEnhance,
  'repair-mask': async () => (await import('./repair/draw-repair-mask.ts')).drawRepairMask,
  'storyboard-template': async () => (await import('./storyboard/draw-storyboard.ts')).drawStoryboard,
  'resize-preset': async () => (await import('./platforms/run-presets.ts')).runResizePreset,
  'platform-pack': async () => (await import('./platforms/run-presets.ts')).runPlatformPack,
  poster: async () => (await import('./poster/draw-poster.ts')).drawPoster,
  watermark: async () => (await import('./watermark/draw-watermark.ts')).drawWatermark,
  'ai-mark': async () => (await import('./watermark/draw-ai-marks.ts')).drawAiMarks,
  'text-bundle': async () => (await import('./copy/write-text-bundle.ts')).writeTextBundle,
  'video-from-images': async () => (await import('./video/make-video.ts')).makeVideo,
  'video-merge': async () => (await import('./video/merge-videos.ts')).mergeVideos,
  subtitle: async () => (await import('./video/subtitle-video.ts')).subtitleVideo,
  transcode: async () => (await import('./video/transcode-video.ts')).transcodeVideo,
  grid: async () => (await import('./grid/draw-grid.ts')).drawGrid,
};

export const loadProcessor = <Name extends ProcessorName>(name: Name): Promise<RunProcessor<ParamsOf<Name>>> =>
  LOADERS[name]();
