import { readExifOrientation } from './read-exif-orientation.ts';
import { asciiAt, type HeaderResult, MORE, refused } from './read-header.ts';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP1 = 0xe1;

/** Start-of-frame markers: C0…CF without DHT (C4), JPG (C8) and DAC (CC); ITU-T T.81 table B.1. */
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Walks a JPEG's segments up to its frame header. CMYK (4 components) is accepted: decoding converts it. */
export function readJpegHeader(bytes: Uint8Array): HeaderResult {
  let orientation = 1;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return refused('INPUT_CORRUPT', `no JPEG marker at byte ${at}`);
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1; // fill bytes may precede a marker
      continue;
    }
    if (standsAlone(marker)) {
      at += 2;
      continue;
    }
    if (marker === END_OF_IMAGE || marker === START_OF_SCAN || marker === 0) {
      return refused('INPUT_CORRUPT', 'the JPEG has no frame header');
    }
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    if (length < 2) return refused('INPUT_CORRUPT', `JPEG segment of length ${length}`);
    if (isStartOfFrame(marker)) return readFrame(bytes, at, length, orientation);
    if (marker === APP1 && asciiAt(bytes, at + 4, 6) === 'Exif\0\0') {
      if (at + 2 + length > bytes.length) return MORE;
      orientation = readExifOrientation(bytes.subarray(at + 10, at + 2 + length));
    }
    at += 2 + length;
  }
  return MORE;
}

function readFrame(bytes: Uint8Array, at: number, length: number, orientation: number): HeaderResult {
  if (length < 8) return refused('INPUT_CORRUPT', 'the JPEG frame header is too short');
  if (at + 10 > bytes.length) return MORE;
  const height = bytes[at + 5]! * 256 + bytes[at + 6]!;
  const width = bytes[at + 7]! * 256 + bytes[at + 8]!;
  if (width === 0 || height === 0) return refused('INPUT_CORRUPT', 'the JPEG frame has no size');
  return { kind: 'header', header: { format: 'jpeg', width, height, orientation, animated: false } };
}
