import sharp, { type OverlayOptions } from 'sharp';
import { INK, WHITE } from '../canvas/colour.ts';
import { type Raster, rawOf, scaleRaster } from '../canvas/raster.ts';
import { turnRaster } from '../canvas/turn-raster.ts';
import { decodeCutout } from '../decode-cutout.ts';
import { decodePhoto, type Pixels } from '../decode-photo.ts';
import { drawText } from '../lettering/draw-text.ts';
import { openTypeface } from '../lettering/open-typeface.ts';
import { MediaRefusal } from '../media-refusal.ts';
import { oneInput, type RunProcessor } from '../processor.ts';
import type { WatermarkParams } from './watermark-params.ts';

/** Clear of the border by this share of the shorter side. */
const MARGIN = 0.04;
const TILE_TURN = -24;

/** The photo with a text or a logo over it; the same size, JPEG, no metadata. */
export const drawWatermark: RunProcessor<WatermarkParams> = async ({ inputs, params }, { mediaFolder }) => {
  const photo = await decodePhoto(oneInput(inputs, 'photo'));
  const logo = inputs.find(({ name }) => name === 'logo');
  if (!logo && !params.text) throw new MediaRefusal('INPUT_EMPTY', 'text: neither a text nor a logo is given');
  const width = Math.max(24, Math.round(photo.width * params.scale));
  const whole = logo ? await readLogo(logo.bytes, width) : await setMark(params.text, width, mediaFolder);
  const mark = fade(await shrinkInto(whole, photo), params.opacity);
  const overlays = params.place === 'tiled' ? await tile(mark, photo) : [at(mark, photo, params.place)];
  const bytes = await sharp(photo.rgb, { raw: { width: photo.width, height: photo.height, channels: 3 } })
    .composite(overlays)
    .removeAlpha()
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return [
    { name: 'watermarked.jpg', contentType: 'image/jpeg', bytes, width: photo.width, height: photo.height, flags: [] },
  ];
};

/** A text at its place, ready to be laid over the photo. */
export async function placeText(
  photo: Pixels,
  { text, place, opacity, scale }: WatermarkParams,
  mediaFolder: string,
): Promise<OverlayOptions> {
  const width = Math.max(24, Math.round(photo.width * scale));
  const mark = await setMark(text, width, mediaFolder);
  return at(fade(await shrinkInto(mark, photo), opacity), photo, place);
}

async function readLogo(bytes: Buffer, width: number): Promise<Raster> {
  const raster = await decodeCutout(bytes);
  return scaleRaster(raster, width, Math.max(1, Math.round((raster.height * width) / raster.width)));
}

/** White letters with a fine dark outline: they are seen on any ground. */
async function setMark(text: string, width: number, mediaFolder: string): Promise<Raster> {
  const face = await openTypeface(mediaFolder);
  const size = Math.min(width * 0.5, (width * 100) / (face.measure(text, 'bold', 100) + 16));
  const pad = Math.ceil(size * 0.08);
  const height = Math.ceil(size * 1.3);
  const letters = (colour: typeof INK): string =>
    drawText(face, text, pad, Math.round(size), { weight: 'bold', size, colour });
  const wide = Math.ceil(face.measure(text, 'bold', size)) + 2 * pad;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${height}"><g stroke="#222" stroke-opacity=".55" stroke-width="${size * 0.06}" stroke-linejoin="round">${letters(INK)}</g>${letters(WHITE)}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: data };
}

/** A mark must leave the margins free on small or flat pictures too. */
async function shrinkInto(mark: Raster, photo: Pixels): Promise<Raster> {
  const share = 1 - 2 * MARGIN;
  const scale = Math.min(1, (photo.width * share) / mark.width, (photo.height * share) / mark.height);
  return scaleRaster(mark, Math.max(1, Math.floor(mark.width * scale)), Math.max(1, Math.floor(mark.height * scale)));
}

function fade({ width, height, rgba }: Raster, opacity: number): Raster {
  const out = Buffer.from(rgba);
  for (let i = 3; i < out.length; i += 4) out[i] = out[i]! * opacity;
  return { width, height, rgba: out };
}

function at(mark: Raster, photo: Pixels, place: WatermarkParams['place']): OverlayOptions {
  const margin = Math.round(Math.min(photo.width, photo.height) * MARGIN);
  const [right, bottom] = [photo.width - mark.width - margin, photo.height - mark.height - margin];
  const left = place.endsWith('left') ? margin : place.endsWith('right') ? right : (photo.width - mark.width) / 2;
  const top = place.startsWith('top') ? margin : place.startsWith('bottom') ? bottom : (photo.height - mark.height) / 2;
  return { input: mark.rgba, raw: rawOf(mark), left: Math.max(0, Math.round(left)), top: Math.max(0, Math.round(top)) };
}

/** Turned and repeated, every other row shifted by half: what a thief would have to retouch everywhere. */
async function tile(mark: Raster, photo: Pixels): Promise<OverlayOptions[]> {
  const turned = await turnRaster(mark, TILE_TURN);
  const [stepX, stepY] = [Math.round(turned.width * 1.3), Math.round(turned.height * 1.5)];
  const overlays: OverlayOptions[] = [];
  for (let row = 0, top = 0; top + turned.height <= photo.height; row++, top += stepY) {
    for (let left = row % 2 === 0 ? 0 : stepX >> 1; left + turned.width <= photo.width; left += stepX) {
      overlays.push({ input: turned.rgba, raw: rawOf(turned), left, top });
    }
  }
  return overlays.length > 0 ? overlays : [at(mark, photo, 'centre')];
}
