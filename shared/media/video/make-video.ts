import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { hasAiLabel } from '../ai-label.ts';
import { WHITE } from '../canvas/colour.ts';
import { encodeMarked } from '../canvas/encode-marked.ts';
import type { Mark } from '../canvas/mark-xmp.ts';
import { decodePhoto } from '../decode-photo.ts';
import { freePictures } from '../free-pictures.ts';
import { fitText } from '../lettering/fit-text.ts';
import { openTypeface, type Typeface } from '../lettering/open-typeface.ts';
import type { RunProcessor } from '../processor.ts';
import { encodeVideo } from './encode-video.ts';
import { filmOrigin } from './video-mark.ts';
import type { Slide } from './video-messages.ts';
import type { VideoFromImagesParams } from './video-params.ts';
import { labelledFilm } from './write-ai-label.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Caption {
  readonly face: Typeface;
  readonly words: string;
}

/** 150 frames of 720×960 take 8 s of an idle core. */
const DEFAULT_LIMIT_MS = 240_000;
const MOVES: readonly Slide['move'][] = ['in', 'right', 'out', 'left'];
const BAND = 84;
const FADE_SECONDS = 0.4;
/** Slides are drawn larger than the video, so that a move never shows less than one pixel for one. */
const OVERSIZE = 1.08;
/** A picture whose ratio is this near to the video's is cropped to it; others stand whole on their own blurred ground. */
const NEAR_RATIO = 0.09;

/** A silent H.264 MP4 of pictures in order, slow moves and cross-fades between them, and its cover. */
export const makeVideo: RunProcessor<VideoFromImagesParams> = async (
  { inputs, params, limitMs },
  { mediaFolder, ffmpegPath },
) => {
  const [width, height] = params.size.split('x').map(Number) as [number, number]; // one of the two sizes of the schema
  const folder = await mkdtemp(join(tmpdir(), 'video-'));
  const { mark, flags } = filmOrigin(inputs);
  try {
    const size = { width: even(width * OVERSIZE), height: even(height * OVERSIZE) };
    const slides: Slide[] = [];
    let cover: Buffer | undefined;
    for (const [i, { bytes }] of inputs.entries()) {
      const words = params.captions[i] ?? '';
      // The fonts take 50 MB, so they are opened for words alone.
      const face = words === '' ? undefined : await openTypeface(mediaFolder);
      const rgb = await drawSlidePicture(bytes, size, face && { face, words });
      const rgbFile = join(folder, `slide-${i}`);
      await writeFile(rgbFile, rgb);
      cover ??= await makeCover(rgb, size, { width, height }, mark);
      slides.push({ rgbFile, ...size, move: MOVES[i % MOVES.length] ?? 'in' });
      freePictures();
    }
    if (!cover) throw new Error('a video takes pictures');
    const mp4File = join(folder, 'video.mp4');
    const request = {
      slides,
      width,
      height,
      ...timing(params, slides.length),
      mark: mark.description,
      mp4File,
      ffmpegPath,
    };
    await encodeVideo(join(mediaFolder, 'video-child.cjs'), request, limitMs ?? DEFAULT_LIMIT_MS);
    const file = { width, height, flags: [...flags] };
    const mp4 = labelledFilm(await readFile(mp4File), mark);
    return [
      { name: 'video.mp4', contentType: 'video/mp4', bytes: mp4, ...file },
      { name: 'cover.jpg', contentType: 'image/jpeg', bytes: cover, ...file },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function timing({ seconds, framesPerSecond, transition }: VideoFromImagesParams, slides: number) {
  const rate = Number(framesPerSecond);
  const frames = seconds * rate;
  const fade = Math.round(Math.min(FADE_SECONDS * rate, (frames / slides) * 0.4));
  return { framesPerSecond: rate, frames, fadeFrames: transition === 'cut' ? 0 : fade };
}

const even = (value: number): number => Math.round(value / 2) * 2;

async function makeCover(rgb: Buffer, from: Size, size: Size, mark: Mark): Promise<Buffer> {
  const cover = await sharp(rgb, { raw: { ...from, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer();
  return encodeMarked(cover, size.width, size.height, mark);
}

/** One picture as the film shows it, in RGB. @public for its test */
export async function drawSlidePicture(bytes: Buffer, size: Size, caption?: Caption): Promise<Buffer> {
  const pixels = await decodePhoto(bytes);
  const picture = sharp(pixels.rgb, { raw: { width: pixels.width, height: pixels.height, channels: 3 } });
  // What an AI drew says so at its border.
  const fits = Math.abs(pixels.width / pixels.height / (size.width / size.height) - 1) <= NEAR_RATIO;
  const near = fits && !hasAiLabel(bytes);
  const covering = picture.clone().resize(size.width, size.height, { fit: 'cover' });
  const overlays = [];
  let ground = covering;
  if (!near) {
    ground = covering.blur(28).modulate({ brightness: 0.9 });
    const whole = await picture
      .clone()
      .resize(size.width, size.height, { fit: 'inside' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = whole.info;
    overlays.push({ input: whole.data, raw: { width, height, channels: 3 as const } });
  }
  if (caption) overlays.push({ input: Buffer.from(drawCaption(caption, size)) });
  const base = await ground.raw().toBuffer();
  if (overlays.length === 0) return base;
  return sharp(base, { raw: { ...size, channels: 3 } })
    .composite(overlays)
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** White on a dark band near the foot, inside what every move shows. Throws MediaRefusal when it does not fit one line. */
function drawCaption({ face, words }: Caption, { width, height }: Size): string {
  const style = { weight: 'bold', size: 44, colour: WHITE, align: 'middle' } as const;
  const block = fitText(face, words, style, { width: width * 0.78, maxLines: 1, minSize: 26 });
  const top = Math.round(height * 0.89);
  const text = block.draw(width / 2, top + Math.round((BAND - block.height) / 2));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect y="${top}" width="${width}" height="${BAND}" fill="#000" fill-opacity="0.42"/>${text}</svg>`;
}
