import sharp from 'sharp';
import { handheldCamera } from './camera.ts';
import { lightCloth } from './cloth-light.ts';
import { expose } from './expose.ts';
import type { GarmentKind } from './garment-pattern.ts';
import { GROUNDS } from './ground.ts';
import { LOOKS } from './look-of.ts';
import { makeGrain } from './noise.ts';
import { coarse, photograph } from './photograph.ts';
import { randomStream } from './random-stream.ts';
import { renderLayers, renderSvg, unitPixels } from './render-layers.ts';
import { drawThing } from './things-around.ts';

export type { GarmentKind } from './garment-pattern.ts';

export interface GarmentSample {
  name: string;
  kind: GarmentKind;
  seed: number;
  /** EXIF orientation; 6 is stored turned by 90°, as phones store portraits. */
  orientation: 1 | 6;
}

const SAMPLE_SIZE = { width: 1500, height: 2000 };
const JPEG_QUALITY = 88;

/** Five garments as merchants' phones see them, one of them stored turned. */
export function sampleGarments(): GarmentSample[] {
  return [
    { name: 't-shirt', kind: 't-shirt', seed: 11, orientation: 1 },
    { name: 'hoodie', kind: 'hoodie', seed: 7, orientation: 1 },
    { name: 'dress', kind: 'dress', seed: 23, orientation: 1 },
    { name: 'trousers', kind: 'trousers', seed: 5, orientation: 6 },
    { name: 'plaid-shirt', kind: 'plaid-shirt', seed: 42, orientation: 1 },
  ];
}

/** A sample as a JPEG, upright 1500 × 2000. The same sample gives the same bytes. */
export async function drawSample({ kind, seed, orientation }: GarmentSample, size = SAMPLE_SIZE): Promise<Buffer> {
  const picture = await drawPixels({ kind, seed, ...size });
  if (orientation === 1) return jpeg(picture).toBuffer();
  return jpeg(picture).rotate(270).withMetadata({ orientation }).toBuffer();
}

/** A drawn photo of a garment on a cluttered ground, as a JPEG of the size in pixels; made for 3:4. */
export async function drawGarment(order: GarmentOrder): Promise<Buffer> {
  return jpeg(await drawPixels(order)).toBuffer();
}

export interface GarmentOrder {
  kind: GarmentKind;
  seed: number;
  width: number;
  height: number;
}

interface Picture {
  width: number;
  height: number;
  rgb: Buffer;
}

const jpeg = ({ rgb, width, height }: Picture) =>
  sharp(rgb, { raw: { width, height, channels: 3 } }).jpeg({ quality: JPEG_QUALITY });

/** Each part of the picture has a random stream of its own, so that a change to one leaves the others as they are. */
async function drawPixels({ kind, seed, width, height }: GarmentOrder): Promise<Picture> {
  const look = LOOKS[kind];
  const stream = (name: string) => randomStream(seed, `${kind} ${name}`);
  const unit = unitPixels(width, height);
  const pattern = look.cut(stream('cut'));
  const margin = Math.round(Math.max(width, height) * 0.1);
  const [layers, rgba] = await Promise.all([
    renderLayers(pattern, width, height),
    renderSvg(look.things.map(drawThing), width + 2 * margin, height + 2 * margin, unit),
  ]);
  const camera = handheldCamera(stream('camera'), width, height);
  const view = photograph(layers, { rgba, margin }, camera, { width, height, unit }, stream('edge'));
  const cloth = lightCloth(
    pattern,
    coarse(view.colour, 4, 3, view, 2),
    coarse(view.level, 1, 0, view, 2),
    unit,
    stream('folds'),
  );
  const grain = makeGrain(stream('grain'));
  const ground = GROUNDS[look.ground](stream('ground'), grain);
  return { width, height, rgb: expose({ view, pattern, cloth, camera, ground, grain, unit, tint: look.tint }) };
}
