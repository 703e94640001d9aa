import sharp from 'sharp';
import { hasAiLabel } from '../ai-label.ts';
import type { Pixels } from '../decode-photo.ts';
import type { MediaInput } from '../processor.ts';
import { placeText } from './draw-watermark.ts';

const LABEL = { text: 'AI 生成', opacity: 0.85 } as const;
type Corner = 'bottom-right' | 'top-left';
/** Of the shorter side: so wide, the words are a little more than the 5 % high that they have to be. */
const WIDE = 0.205;

/**
 * The explicit label of GB 45438-2025: words at an edge or in a corner of the picture. That they have to be at least a twentieth of its shorter
 * side high is what is commonly said of the standard; its text was not at hand.
 * @returns RGB of the same size
 */
export async function drawAiLabel(
  picture: Pixels,
  mediaFolder: string,
  place: Corner = 'bottom-right',
): Promise<Buffer> {
  const { rgb, width, height } = picture;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .composite([
      await placeText(picture, { ...LABEL, place, scale: (WIDE * Math.min(width, height)) / width }, mediaFolder),
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** What was made of a part of its pictures: the words that an AI's bore may stand where it was cut away, so they are drawn anew. */
export const labelledAnew = async (
  picture: Pixels,
  inputs: readonly MediaInput[],
  mediaFolder: string,
  place?: Corner,
): Promise<Buffer> =>
  inputs.some(({ bytes }) => hasAiLabel(bytes)) ? drawAiLabel(picture, mediaFolder, place) : picture.rgb;
