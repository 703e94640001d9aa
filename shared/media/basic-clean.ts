import sharp from 'sharp';
import type { CutoutOptions, CutoutProcess } from './cutout/cutout-process.ts';
import { decodePhoto } from './decode-photo.ts';
import { encodeCutout } from './encode-cutout.ts';
import { enhancePhoto } from './enhance-photo.ts';
import { measureLevels } from './measure-levels.ts';
import { WHITE_SIDE, whitePicture } from './white-picture.ts';

/** One finished file; `flags` are shown to the merchant as notes (`below_38kb`). */
export interface MediaOutput {
  name: 'cutout.png' | 'white.jpg' | 'enhanced.jpg';
  contentType: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
  bytes: Buffer;
  flags: string[];
}

// One photo at a time in a small instance: no pictures kept between calls, and a second thread only while the cut-out waits.
sharp.cache(false);
sharp.concurrency(2);

/**
 * Makes the three files of a task: the garment on transparency, on white, and the whole photo enhanced. The same
 * photo gives the same bytes. Throws MediaRefusal (the photo's fault) or CutoutFailure (ours).
 */
export async function basicClean(
  photo: Buffer,
  cutout: CutoutProcess,
  options: CutoutOptions = {},
): Promise<MediaOutput[]> {
  const pixels = await decodePhoto(photo);
  const { width, height } = pixels;
  // The enhanced picture is made while the cut-out's own process works; its failure is seen before waiting for the cut.
  const [cut, enhanced] = await Promise.all([cutout.cutOut(pixels, options), enhancePhoto(pixels)]);
  const white = await whitePicture(cut, measureLevels(pixels.rgb));
  return [
    { name: 'cutout.png', contentType: 'image/png', width, height, bytes: await encodeCutout(cut), flags: [] },
    { name: 'white.jpg', contentType: 'image/jpeg', width: WHITE_SIDE, height: WHITE_SIDE, ...white },
    { name: 'enhanced.jpg', contentType: 'image/jpeg', width, height, bytes: enhanced, flags: [] },
  ];
}
