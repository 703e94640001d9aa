import type * as z from 'zod/mini';
import type { CutoutProcess } from './cutout/cutout-process.ts';
import { MediaRefusal } from './media-refusal.ts';
import type { PicturePreset } from './platforms/presets.ts';

/** One file given to a processor. `name` is the part it plays there (`photo`, `cutout`, `images`, `logo`). */
export interface MediaInput {
  readonly name: string;
  readonly bytes: Buffer;
}

/** One finished file. Texts have no size: width and height are 0. `flags` are shown to the merchant as notes. */
export interface ProcessorOutput {
  name: string;
  contentType: 'image/png' | 'image/jpeg' | 'application/json' | 'text/plain; charset=utf-8' | 'video/mp4';
  bytes: Buffer;
  width: number;
  height: number;
  flags: string[];
}

/** What an instance holds for its processors. `mediaFolder` has the fonts and programs (MEDIA_RESOURCES). */
export interface ProcessorServices {
  readonly cutout: CutoutProcess;
  readonly mediaFolder: string;
  /** The operator's own ffmpeg (FFMPEG_PATH), which then encodes and decodes all videos. */
  readonly ffmpegPath?: string | undefined;
}

export interface ProcessorCall<Params> {
  readonly inputs: readonly MediaInput[];
  readonly params: Params;
  readonly limitMs?: number;
  /** The edition of the shops' figures that the task was ordered by; the first where there is none. */
  readonly presets?: readonly PicturePreset[];
}

/** How many files of each name a processor takes. */
export type InputCount = { readonly min: number; readonly max: number };

/** What can be known of a processor without loading it: its name, its params with their defaults, the files that it takes. */
export interface ProcessorSpec<Params extends z.ZodMiniType = z.ZodMiniType> {
  readonly params: Params;
  readonly inputs: Readonly<Record<string, InputCount>>;
}

/** Throws MediaRefusal (the merchant's input) or an Error of ours. The same call gives the same bytes. */
export type RunProcessor<Params> = (
  call: ProcessorCall<Params>,
  services: ProcessorServices,
) => Promise<ProcessorOutput[]>;

/** The bytes of the one file of that name. Throws MediaRefusal INPUT_EMPTY when there is none. */
export function oneInput(inputs: readonly MediaInput[], name: string): Buffer {
  const input = inputs.find((one) => one.name === name);
  if (!input) throw new MediaRefusal('INPUT_EMPTY', `${name}: missing`);
  return input.bytes;
}
