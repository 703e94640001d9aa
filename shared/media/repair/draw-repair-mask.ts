import sharp from 'sharp';
import { type Marks, readMarks } from '../../contract/marks.ts';
import { drawMarks, MARKED_GARMENT, MARKED_GROUND, markedPart } from '../cutout/draw-marks.ts';
import { decodePhoto } from '../decode-photo.ts';
import { oneInput, type RunProcessor } from '../processor.ts';
import type { DrawnParams } from '../single/marked-params.ts';

const TAKE_AWAY = 255;

/**
 * What an engine that draws parts of a photo anew is given: the photo upright (long side ≤ 4096), and a mask of its very size, white where the
 * merchant's box or strokes of `drop` lie. Both are made here: whoever repairs need not know how a phone held its camera.
 */
export const drawRepairMask: RunProcessor<DrawnParams> = async ({ inputs, params }) => {
  const read = readMarks(params.marks);
  if ('fault' in read) throw new Error(`marks: ${read.fault.en}`);
  const { rgb, width, height } = await decodePhoto(oneInput(inputs, 'photo'));
  const raw = { width, height } as const;
  const photo = sharp(rgb, { raw: { ...raw, channels: 3 } }).jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
  const mask = sharp(maskOf(read.marks, width, height), { raw: { ...raw, channels: 1 } }).png();
  const [photoBytes, maskBytes] = await Promise.all([photo.toBuffer(), mask.toBuffer()]);
  return [
    { name: 'photo.jpg', contentType: 'image/jpeg', bytes: photoBytes, width, height, flags: [] },
    { name: 'mask.png', contentType: 'image/png', bytes: maskBytes, width, height, flags: [] },
  ];
};

/** The box is filled; of strokes, later ones win, so that `keep` rubs out. */
function maskOf({ box, strokes }: Marks, width: number, height: number): Buffer {
  const mask = Buffer.alloc(width * height);
  if (box) {
    const [left, right] = [box.left, box.right].map((x) => Math.round((x / 1000) * width)) as [number, number];
    const [top, bottom] = [box.top, box.bottom].map((y) => Math.round((y / 1000) * height)) as [number, number];
    for (let y = top; y < bottom; y++) mask.fill(TAKE_AWAY, y * width + left, y * width + right);
  }
  const labels = drawMarks({ strokes }, { width, height }, markedPart({ strokes }, width, height), width, height);
  for (let i = 0; i < mask.length; i++) {
    if (labels[i] === MARKED_GROUND) mask[i] = TAKE_AWAY;
    else if (labels[i] === MARKED_GARMENT) mask[i] = 0;
  }
  return mask;
}
