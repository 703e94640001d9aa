import type { InputErrorCode } from './media-refusal.ts';

export type PhotoFormat = 'jpeg' | 'png' | 'webp';

/** What a file's header says, in stored pixels (before the EXIF orientation is applied). */
export interface Header {
  format: PhotoFormat;
  width: number;
  height: number;
  orientation: number;
  animated: boolean;
}

/** `refused`: no further bytes can help. `more`: the header goes on beyond the bytes that were given. */
export type HeaderResult =
  | { kind: 'header'; header: Header }
  | { kind: 'refused'; code: InputErrorCode; detail: string }
  | { kind: 'more' };

export const refused = (code: InputErrorCode, detail: string): HeaderResult => ({ kind: 'refused', code, detail });
export const MORE: HeaderResult = { kind: 'more' };

/** ASCII at an offset; bytes beyond the end read as spaces, so the caller needs no bounds check. */
export function asciiAt(bytes: Uint8Array, offset: number, length: number): string {
  let text = '';
  for (let i = offset; i < offset + length; i++) text += String.fromCharCode(bytes[i] ?? 0x20);
  return text;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
