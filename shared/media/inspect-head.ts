import type { InputErrorCode } from './media-refusal.ts';
import { MAX_PHOTO_BYTES, MAX_PHOTO_PIXELS, MIN_PHOTO_SIDE } from './photo-limits.ts';
import { asciiAt, type Header, type HeaderResult, type PhotoFormat, refused } from './read-header.ts';
import { readJpegHeader } from './read-jpeg-header.ts';
import { readPngHeader } from './read-png-header.ts';
import { readWebpHeader } from './read-webp-header.ts';

/** Bytes to read first: the EXIF, ICC and preview segments of phone photos end well below this. */
export const HEAD_BYTES = 256 * 1024;

/** `width`, `height`: as shown, after the EXIF orientation (1…8). */
export interface AcceptedPhoto {
  kind: 'accepted';
  format: PhotoFormat;
  contentType: `image/${PhotoFormat}`;
  width: number;
  height: number;
  orientation: number;
}
export interface RefusedPhoto {
  kind: 'refused';
  code: InputErrorCode;
  detail: string;
}
/** `more`: the header is longer than the head that was given; inspect the whole file. */
export type Inspection = AcceptedPhoto | RefusedPhoto | { kind: 'more' };

export interface Declared {
  type: string;
  bytes: number;
}

/**
 * Judges a photo by the bytes it begins with; nothing is decoded, so a decompression bomb costs nothing.
 * `totalBytes` is the object's real size, `declared` what the upload promised. Never throws.
 */
export function inspectHead(head: Uint8Array, totalBytes: number, declared?: Declared): Inspection {
  if (totalBytes === 0) return { kind: 'refused', code: 'INPUT_EMPTY', detail: 'the file has no bytes' };
  if (totalBytes > MAX_PHOTO_BYTES) {
    return { kind: 'refused', code: 'INPUT_TOO_LARGE', detail: `${totalBytes} bytes` };
  }
  if (declared && declared.bytes !== totalBytes) {
    return { kind: 'refused', code: 'INPUT_SIZE_MISMATCH', detail: `declared ${declared.bytes}, is ${totalBytes}` };
  }
  const read = readHeader(head);
  if (read.kind === 'refused') return read;
  if (read.kind === 'more') {
    if (head.length < totalBytes) return { kind: 'more' };
    return { kind: 'refused', code: 'INPUT_CORRUPT', detail: 'the file ends within its header' };
  }
  return judge(read.header, declared);
}

function judge(header: Header, declared: Declared | undefined): Inspection {
  const contentType = `image/${header.format}` as const;
  if (declared && declared.type !== contentType) {
    return { kind: 'refused', code: 'INPUT_TYPE_MISMATCH', detail: `declared ${declared.type}, is ${contentType}` };
  }
  if (header.animated) return { kind: 'refused', code: 'INPUT_ANIMATED', detail: contentType };
  const size = `${header.width}x${header.height}`;
  if (header.width * header.height > MAX_PHOTO_PIXELS) {
    return { kind: 'refused', code: 'INPUT_TOO_LARGE', detail: size };
  }
  if (Math.min(header.width, header.height) < MIN_PHOTO_SIDE) {
    return { kind: 'refused', code: 'INPUT_TOO_SMALL', detail: size };
  }
  const turned = header.orientation >= 5;
  return {
    kind: 'accepted',
    format: header.format,
    contentType,
    width: turned ? header.height : header.width,
    height: turned ? header.width : header.height,
    orientation: header.orientation,
  };
}

function readHeader(head: Uint8Array): HeaderResult {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return readJpegHeader(head);
  if (asciiAt(head, 0, 8) === '\x89PNG\r\n\x1a\n') return readPngHeader(head);
  if (asciiAt(head, 0, 4) === 'RIFF' && asciiAt(head, 8, 4) === 'WEBP') return readWebpHeader(head);
  return nameOther(head);
}

const HEIC_BRANDS = /heic|heix|hevc|hevx|heim|heis|hevm|hevs|mif1|msf1/;

/** Pictures that we know but do not take: HEIC has advice of its own, the rest is not of a type that can be declared. */
function nameOther(head: Uint8Array): HeaderResult {
  if (asciiAt(head, 4, 4) === 'ftyp') {
    const end = Math.min(64, (head[2] ?? 0) * 256 + (head[3] ?? 0));
    const brands = asciiAt(head, 8, Math.max(4, end - 8));
    if (/avif|avis/.test(brands)) return refused('INPUT_TYPE_MISMATCH', 'AVIF');
    if (HEIC_BRANDS.test(brands)) return refused('INPUT_HEIC', brands.slice(0, 4));
    return refused('INPUT_NOT_AN_IMAGE', `ISO media of brand ${brands.slice(0, 4)}`);
  }
  const start = asciiAt(head, 0, 4);
  if (start === 'GIF8') {
    const loops = asciiAt(head, 0, Math.min(head.length, 2048)).includes('NETSCAPE2.0');
    return refused(loops ? 'INPUT_ANIMATED' : 'INPUT_TYPE_MISMATCH', 'GIF');
  }
  if (start === 'II*\0' || start === 'MM\0*') return refused('INPUT_TYPE_MISMATCH', 'TIFF');
  if (start.startsWith('BM') && asciiAt(head, 6, 4) === '\0\0\0\0') return refused('INPUT_TYPE_MISMATCH', 'BMP');
  return refused('INPUT_NOT_AN_IMAGE', 'unknown first bytes');
}
