import sharp from 'sharp';
import { drawSample, sampleGarments } from '../garments/draw-garment.ts';

export interface PhotoFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

let drawn: Promise<Buffer> | undefined;

/** A drawn garment, small, so that the pages are tested and not the processor. Drawn once. */
export async function garmentPhoto(name = 'shirt.jpg'): Promise<PhotoFile> {
  drawn ??= drawSample(sampleGarments()[0]!).then((picture) => sharp(picture).resize(450).jpeg().toBuffer());
  return { name, mimeType: 'image/jpeg', buffer: await drawn };
}

/** Opens in every browser, and is refused by the service: a picture that moves. */
export async function movingPicture(): Promise<PhotoFile> {
  const frame = (red: number) =>
    sharp({ create: { width: 200, height: 200, channels: 3, background: { r: red, g: 90, b: 90 } } })
      .png()
      .toBuffer();
  const frames = await Promise.all([frame(20), frame(220)]);
  const buffer = await sharp(frames, { join: { animated: true } })
    .webp({ loop: 0 })
    .toBuffer();
  return { name: 'moving.webp', mimeType: 'image/webp', buffer };
}

/** Stored lying, as phones do, with EXIF's word that it stands. */
export async function turnedPhoto(): Promise<PhotoFile> {
  const buffer = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#557799' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  return { name: 'turned.jpg', mimeType: 'image/jpeg', buffer };
}
