export const PHOTO_BYTES = 600;
export const PHOTO_WIDTH = 640;
export const PHOTO_HEIGHT = 480;

/** The head of a JPEG of 640×480, padded: as much of a photo as is looked at before the work. `version` ends it. */
export function jpegPhoto(version: number): Buffer {
  const bytes = Buffer.alloc(PHOTO_BYTES);
  Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 480 >> 8, 480 & 255, 640 >> 8, 640 & 255, 3]).copy(bytes);
  bytes.writeUInt32BE(version, PHOTO_BYTES - 4);
  return bytes;
}

export const notAPhoto = (): Buffer => Buffer.alloc(PHOTO_BYTES, 'x');
