import { readExifOrientation } from './read-exif-orientation.ts';
import { asciiAt, type HeaderResult, MORE, refused, viewOf } from './read-header.ts';

const MAX_CHUNK_BYTES = 0x7fffffff;

/** Walks a PNG's chunks up to the pixels. 16-bit depth is accepted; `acTL` before `IDAT` marks an animation (PNG 3rd ed. §11.3.6). */
export function readPngHeader(bytes: Uint8Array): HeaderResult {
  if (bytes.length < 33) return MORE;
  const view = viewOf(bytes);
  if (asciiAt(bytes, 12, 4) !== 'IHDR' || view.getUint32(8) !== 13) {
    return refused('INPUT_CORRUPT', 'the PNG does not begin with IHDR');
  }
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (width === 0 || height === 0 || width > MAX_CHUNK_BYTES || height > MAX_CHUNK_BYTES) {
    return refused('INPUT_CORRUPT', 'the PNG has no valid size');
  }
  let orientation = 1;
  let animated = false;
  let at = 33;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at);
    const type = asciiAt(bytes, at + 4, 4);
    if (length > MAX_CHUNK_BYTES) return refused('INPUT_CORRUPT', `PNG chunk ${type} of ${length} bytes`);
    if (type === 'IDAT') return { kind: 'header', header: { format: 'png', width, height, orientation, animated } };
    if (type === 'IEND') return refused('INPUT_CORRUPT', 'the PNG has no pixels');
    if (type === 'acTL') animated = true;
    if (type === 'eXIf') {
      if (at + 8 + length > bytes.length) return MORE;
      orientation = readExifOrientation(bytes.subarray(at + 8, at + 8 + length));
    }
    at += 12 + length;
  }
  return MORE;
}
