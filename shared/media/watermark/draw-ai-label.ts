import sharp from 'sharp';
import { hasAiLabel } from '../ai-label.ts';
import type { Pixels } from '../decode-photo.ts';
import type { MediaInput } from '../processor.ts';
import { placeText } from './draw-watermark.ts';

const LABEL = { text: 'AI 生成', place: 'bottom-right', opacity: 0.85, scale: 0.14 } as const;

/** The explicit label of GB 45438-2025 §4.3: words in a corner of the picture. @returns RGB of the same size */
export async function drawAiLabel(picture: Pixels, mediaFolder: string): Promise<Buffer> {
  const { rgb, width, height } = picture;
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .composite([await placeText(picture, LABEL, mediaFolder)])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** What was made of a part of its pictures: the words that an AI's bore may stand where it was cut away, so they are drawn anew. */
export const labelledAnew = async (
  picture: Pixels,
  inputs: readonly MediaInput[],
  mediaFolder: string,
): Promise<Buffer> => (inputs.some(({ bytes }) => hasAiLabel(bytes)) ? drawAiLabel(picture, mediaFolder) : picture.rgb);
