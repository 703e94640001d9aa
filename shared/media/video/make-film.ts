import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaRefusal } from '../media-refusal.ts';
import type { MediaInput, ProcessorOutput, ProcessorServices } from '../processor.ts';
import { encodeVideo } from './encode-video.ts';
import type { FilmRequest } from './film-messages.ts';
import { type Mp4Video, readMp4 } from './read-mp4.ts';
import { filmOrigin } from './video-mark.ts';
import { labelledFilm } from './write-ai-label.ts';

/** 60 s of 720×1280 take 90 s of an idle core. */
const DEFAULT_LIMIT_MS = 240_000;
const MAX_CLIP_BYTES = 64 * 1024 * 1024;
const BASELINE = 66;

/** What is made of the clips, apart from files, which `makeFilm` and `takeFrame` give names. */
export type FilmPlan = Pick<
  FilmRequest,
  'width' | 'height' | 'framesPerSecond' | 'fadeFrames' | 'overlays' | 'maxFrames'
>;

export interface FilmWork {
  readonly clips: readonly Mp4Video[];
  /** For the overlays' files; gone afterwards. */
  readonly folder: string;
}

export interface FilmCall {
  readonly inputs: readonly MediaInput[];
  readonly services: ProcessorServices;
  readonly limitMs: number | undefined;
}

/** Makes one film of MP4 clips. @throws MediaRefusal for what is no clip that can be decoded here, VideoFailure for ours */
export async function makeFilm(
  call: FilmCall,
  name: string,
  plan: (work: FilmWork) => Promise<FilmPlan> | FilmPlan,
): Promise<ProcessorOutput[]> {
  return inFolder(call, async (work, clipFiles) => {
    const film = await plan(work);
    const mp4File = join(work.folder, 'film.mp4');
    const { mark, flags } = filmOrigin(call.inputs);
    await encode(call, { ...film, clipFiles, to: { mp4File, mark: mark.description } });
    const { width, height } = film;
    const bytes = labelledFilm(await readFile(mp4File), mark);
    return [{ name, contentType: 'video/mp4', bytes, width, height, flags: [...flags] }];
  });
}

/** One frame of a clip, as raw RGB of the clip's own size. */
export async function takeFrame(
  call: FilmCall,
  atSeconds: number,
): Promise<{ rgb: Buffer; width: number; height: number }> {
  return inFolder(call, async ({ clips, folder }, clipFiles) => {
    const [clip] = clips;
    if (!clip) throw new Error('a frame is taken of one clip');
    const { width, height } = clip;
    const framesPerSecond = rateOf(clip);
    const rgbFile = join(folder, 'frame');
    const to = { frame: Math.round(atSeconds * framesPerSecond), rgbFile };
    await encode(call, { clipFiles, width, height, framesPerSecond, fadeFrames: 0, overlays: [], to });
    return { rgb: await readFile(rgbFile), width, height };
  });
}

/** Whole frames a second, 1 to 60: a film of ours has 20 or 25. */
export const rateOf = ({ pictures, seconds }: Mp4Video): number =>
  Math.max(1, Math.min(60, Math.round(pictures.length / seconds)));

function encode({ services, limitMs }: FilmCall, request: FilmRequest): Promise<void> {
  const entry = join(services.mediaFolder, 'film-child.cjs');
  return encodeVideo(entry, { ...request, ffmpegPath: services.ffmpegPath }, limitMs ?? DEFAULT_LIMIT_MS);
}

async function inFolder<T>(
  { inputs, services }: FilmCall,
  work: (film: FilmWork, clipFiles: string[]) => Promise<T>,
): Promise<T> {
  const clips = inputs.map(({ bytes }) => readClip(bytes, services.ffmpegPath));
  const folder = await mkdtemp(join(tmpdir(), 'film-'));
  try {
    const clipFiles = inputs.map((_, n) => join(folder, `clip-${n}.mp4`));
    for (const [n, { bytes }] of inputs.entries()) await writeFile(clipFiles[n] ?? '', bytes);
    return await work({ clips, folder }, clipFiles);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readClip(bytes: Buffer, ffmpegPath: string | undefined): Mp4Video {
  if (bytes.length === 0) throw new MediaRefusal('INPUT_EMPTY', 'video: no bytes');
  if (bytes.length > MAX_CLIP_BYTES) throw new MediaRefusal('INPUT_TOO_LARGE', `video: ${bytes.length} bytes`);
  const clip = readMp4(bytes);
  if (clip.profile === BASELINE || ffmpegPath !== undefined) return clip;
  throw new MediaRefusal(
    'INPUT_CORRUPT',
    `video: H.264 profile ${clip.profile} needs FFMPEG_PATH; embedded is Baseline`,
  );
}
