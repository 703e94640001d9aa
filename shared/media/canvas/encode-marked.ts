import sharp from 'sharp';
import { AI_MARK, aiLabelOf } from '../ai-label.ts';
import { type Mark, xmpOf } from './mark-xmp.ts';

/** A JPEG of raw RGB that carries the mark, of what an AI made its label, and no other metadata. */
export function encodeMarked(rgb: Buffer, width: number, height: number, mark: Mark, quality = 88): Promise<Buffer> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .withXmp(xmpOf(mark, mark === AI_MARK ? aiLabelOf(rgb) : undefined))
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
