import { readExifOrientation } from './read-exif-orientation.ts';
import { asciiAt, type HeaderResult, MORE, refused, viewOf } from './read-header.ts';

const ANIMATION_FLAG = 0x02;
const EXIF_FLAG = 0x08;

/** Reads a WebP's first chunk: VP8 (lossy), VP8L (lossless) or VP8X (extended); RFC 9649 §2.5–2.7. */
export function readWebpHeader(bytes: Uint8Array): HeaderResult {
  if (bytes.length < 30) return MORE;
  const view = viewOf(bytes);
  const chunk = asciiAt(bytes, 12, 4);
  if (chunk === 'VP8 ') {
    if (view.getUint8(23) !== 0x9d || view.getUint8(24) !== 0x01 || view.getUint8(25) !== 0x2a) {
      return refused('INPUT_CORRUPT', 'the WebP has no VP8 key frame');
    }
    return found(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff, 1, false);
  }
  if (chunk === 'VP8L') {
    if (view.getUint8(20) !== 0x2f) return refused('INPUT_CORRUPT', 'the WebP has no VP8L signature');
    const packed = view.getUint32(21, true);
    return found((packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1, 1, false);
  }
  if (chunk === 'VP8X') {
    const flags = view.getUint8(20);
    const width = (view.getUint32(24, true) & 0xffffff) + 1;
    const height = (view.getUint32(26, true) >>> 8) + 1;
    return found(width, height, flags & EXIF_FLAG ? findExif(bytes) : 1, (flags & ANIMATION_FLAG) !== 0);
  }
  return refused('INPUT_CORRUPT', 'the WebP has no picture chunk');
}

function found(width: number, height: number, orientation: number, animated: boolean): HeaderResult {
  if (width === 0 || height === 0) return refused('INPUT_CORRUPT', 'the WebP has no size');
  return { kind: 'header', header: { format: 'webp', width, height, orientation, animated } };
}

/** EXIF stands after the pixels: when only the file's head is at hand, the orientation reads as 1. */
function findExif(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let at = 12;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at + 4, true);
    if (asciiAt(bytes, at, 4) === 'EXIF') {
      const start = asciiAt(bytes, at + 8, 6) === 'Exif\0\0' ? at + 14 : at + 8;
      return readExifOrientation(bytes.subarray(start, at + 8 + length));
    }
    at += 8 + length + (length & 1);
  }
  return 1;
}
