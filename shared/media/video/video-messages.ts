/** One slide: raw RGB in a file, a little larger than the video so that it can move within its frame. */
export interface Slide {
  readonly rgbFile: string;
  readonly width: number;
  readonly height: number;
  readonly move: 'in' | 'out' | 'left' | 'right';
}

/** The child's only argument, as JSON. */
export interface VideoRequest {
  readonly slides: readonly Slide[];
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly frames: number;
  /** How long two slides are seen at once; 0: hard cuts. */
  readonly fadeFrames: number;
  readonly mark: string;
  readonly mp4File: string;
  /** The operator's own ffmpeg encodes; the embedded encoder when there is none. */
  readonly ffmpegPath?: string | undefined;
}
