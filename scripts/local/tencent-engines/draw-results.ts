import sharp from 'sharp';
import type { Objects } from '../../../shared/cos/objects.ts';
import { makeVideo } from '../../../shared/media/video/make-video.ts';
import { videoFromImagesParams } from '../../../shared/media/video/video-params.ts';
import type { Drawing } from './start-engine-standin.ts';

/** Where the garment lies on a model of model-photos.ts, as shares of the photo. */
const TORSO = { left: 0.26, top: 0.27, width: 0.48, height: 0.48 };

/** Pictures that show which photo and which garment came together: the garment laid over the model, no model of any AI. */
export function drawResults(objects: () => Objects, mediaFolder: string): Drawing {
  return {
    tryOn: async ({ modelKey, garmentKey, outputKey }) => {
      const [model, garment] = await Promise.all([objects().get(modelKey), objects().get(garmentKey)]);
      await objects().put(outputKey, await dress(model.bytes, garment.bytes), 'image/jpeg');
    },
    film: async (photoUrl) => {
      const response = await fetch(photoUrl);
      if (!response.ok) throw new Error(`the photo could not be read: ${response.status}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const params = videoFromImagesParams.parse({});
      const made = await makeVideo({ inputs: [{ name: 'images', bytes }], params }, { mediaFolder, cutout: NO_CUTOUT });
      return made[0]?.bytes ?? Buffer.alloc(0);
    },
  };
}

const NO_CUTOUT = undefined as never;

export async function dress(model: Uint8Array, garment: Uint8Array): Promise<Buffer> {
  const { width, height } = await sharp(model).metadata();
  const box = { width: Math.round(width * TORSO.width), height: Math.round(height * TORSO.height) };
  const input = await sharp(garment)
    .resize(box.width, box.height, { fit: 'contain', background: '#ffffff' })
    .png()
    .toBuffer();
  return sharp(model)
    .composite([
      { input, left: Math.round(width * TORSO.left), top: Math.round(height * TORSO.top), blend: 'multiply' },
    ])
    .jpeg({ quality: 92 })
    .toBuffer();
}

/** The product in the middle of a plain wall and floor. */
export async function place(product: Uint8Array, width: number, height: number): Promise<Buffer> {
  const box = { width: Math.round(width * 0.7), height: Math.round(height * 0.7) };
  const input = await sharp(product).resize(box.width, box.height, { fit: 'inside' }).toBuffer();
  const floor = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#e7ded2"/><rect y="72%" width="100%" height="28%" fill="#c9b79f"/></svg>`;
  return sharp(Buffer.from(floor))
    .composite([{ input, gravity: 'centre', blend: 'multiply' }])
    .jpeg({ quality: 92 })
    .toBuffer();
}
