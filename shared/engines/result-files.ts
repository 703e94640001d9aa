/** The one file that each processor's engine makes. `flags`: `ai` where a model has drawn what the camera did not see. */
export const RESULT_FILES = {
  'model-try-on': { name: 'result.jpg', kind: 'photo', flags: ['ai'] },
  'video-generate': { name: 'video.mp4', kind: 'film', flags: ['ai'] },
  'replace-background': { name: 'result.jpg', kind: 'photo', flags: ['ai'] },
  repair: { name: 'repaired.jpg', kind: 'photo', flags: ['ai'] },
  upscale: { name: 'upscaled.jpg', kind: 'photo', flags: [] },
  enhance: { name: 'enhanced.jpg', kind: 'photo', flags: [] },
  cutout: { name: 'cutout.png', kind: 'cutout', flags: [] },
} as const satisfies Readonly<Record<string, ResultFile>>;

export interface ResultFile {
  readonly name: string;
  /** `photo`: JPEG, or what the vendor made of it; `cutout`: PNG. */
  readonly kind: 'photo' | 'cutout' | 'film';
  readonly flags: readonly string[];
}
export type EngineProcessor = keyof typeof RESULT_FILES;

/** @throws Error for what no engine makes */
export function resultFileOf(processor: string | undefined): ResultFile {
  if (processor === undefined || !Object.hasOwn(RESULT_FILES, processor))
    throw new Error(`no engine makes ${processor}`);
  return RESULT_FILES[processor as EngineProcessor];
}

export const makesFilm = (processor: string | undefined): boolean =>
  Object.entries(RESULT_FILES).some(([name, { kind }]) => name === processor && kind === 'film');
