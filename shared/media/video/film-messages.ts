import type { FilmShape } from './open-sink.ts';

/** A picture laid over a part of the film: raw RGBA in a file. `until` is the first frame without it. */
export interface Overlay {
  readonly rgbaFile: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly until: number;
}

/** The film child's only message, as JSON: clips one after another, each faded into the next. */
export interface FilmRequest extends FilmShape {
  readonly clipFiles: readonly string[];
  readonly fadeFrames: number;
  readonly maxFrames?: number;
  readonly overlays: readonly Overlay[];
  /** A film with a mark, or one frame of it as raw RGB. */
  readonly to:
    | { readonly mp4File: string; readonly mark: string }
    | { readonly frame: number; readonly rgbFile: string };
  readonly ffmpegPath?: string | undefined;
}
