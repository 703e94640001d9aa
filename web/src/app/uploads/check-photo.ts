import { MAX_INPUT_BYTES } from '../../../../shared/contract/tasks.ts';
import { photoKind } from '../../core/photo-kind.ts';
import type { AppMessage } from '../app-messages.ts';

export type CheckedPhoto =
  | {
      readonly ok: true;
      readonly contentType: 'image/jpeg' | 'image/png' | 'image/webp';
      /** As it is seen: turned by its EXIF orientation. */
      readonly width: number;
      readonly height: number;
      /** A small picture, so that a hundred photos of 48 megapixels do not fill the memory. */
      readonly previewUrl: string;
    }
  | { readonly ok: false; readonly problem: AppMessage };

const MIN_SIDE = 100;
const MAX_PIXELS = 64_000_000;
const PREVIEW_SIDE = 320;

/** The checks that the server will make, made before anything is sent. The server's own still decide. */
export async function checkPhoto(file: Blob): Promise<CheckedPhoto> {
  if (file.size === 0) return { ok: false, problem: 'badEmpty' };
  if (file.size > MAX_INPUT_BYTES) return { ok: false, problem: 'badTooBig' };
  const contentType = photoKind(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (contentType === 'heic') return { ok: false, problem: 'badHeic' };
  if (contentType === 'unknown') return { ok: false, problem: 'badType' };
  const picture = await decode(file);
  if (!picture) return { ok: false, problem: 'badUnreadable' };
  const { width, height } = picture;
  try {
    if (Math.min(width, height) < MIN_SIDE) return { ok: false, problem: 'badSmall' };
    if (width * height > MAX_PIXELS) return { ok: false, problem: 'badPixels' };
    return { ok: true, contentType, width, height, previewUrl: await preview(picture) };
  } finally {
    picture.close();
  }
}

async function decode(file: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' });
  } catch {
    return null;
  }
}

async function preview(picture: ImageBitmap): Promise<string> {
  const scale = Math.min(1, PREVIEW_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 0.8));
  return blob ? URL.createObjectURL(blob) : '';
}
