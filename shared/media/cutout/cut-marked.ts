import { readMarks } from '../../contract/marks.ts';
import { type CutOut, cutOut, type FindGarment } from './cut-out.ts';
import { drawMarks, markedPart, type PixelBox } from './draw-marks.ts';

/**
 * Cuts the garment out where the merchant's marks say: only inside the box, with the strokes as sure seeds. Without marks
 * it is the plain cut. Undefined: there is none. @throws Error when the text is no marks; its schema lets none through
 */
export async function cutMarked(
  find: FindGarment,
  rgb: Uint8Array,
  { width, height, marks: text }: { readonly width: number; readonly height: number; readonly marks?: string },
): Promise<CutOut | undefined> {
  if (text === undefined) return cutOut(find, rgb, width, height);
  const read = readMarks(text);
  if ('fault' in read) throw new Error(`marks: ${read.fault.en}`);
  const part = markedPart(read.marks, width, height);
  const label = (wide: number, high: number): Uint8Array => drawMarks(read.marks, { width, height }, part, wide, high);
  const cut = await cutOut(find, cropRgb(rgb, width, part), part.width, part.height, label);
  return cut && { ...cut, rgba: placeRgba(cut.rgba, part, width, height) };
}

function cropRgb(rgb: Uint8Array, width: number, { left, top, width: wide, height: high }: PixelBox): Uint8Array {
  if (wide * high * 3 === rgb.length) return rgb;
  const out = new Uint8Array(wide * high * 3);
  for (let y = 0; y < high; y++) {
    const from = ((top + y) * width + left) * 3;
    out.set(rgb.subarray(from, from + wide * 3), y * wide * 3);
  }
  return out;
}

function placeRgba(
  part: Buffer,
  { left, top, width: wide, height: high }: PixelBox,
  width: number,
  height: number,
): Buffer {
  if (wide === width && high === height) return part;
  const out = Buffer.alloc(width * height * 4);
  for (let y = 0; y < high; y++) part.copy(out, ((top + y) * width + left) * 4, y * wide * 4, (y + 1) * wide * 4);
  return out;
}
