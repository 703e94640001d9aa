import sharp, { type OverlayOptions } from 'sharp';
import { INK } from './colour.ts';
import { cropRaster, type Raster, rawOf } from './raster.ts';

export interface Shadow {
  /** Pixels of the finished picture. */
  readonly blur: number;
  readonly right?: number;
  readonly down: number;
  /** 0…1. */
  readonly opacity: number;
}

/** A picture with its upper left corner at (left, top); what lies beyond the canvas is not drawn. */
export interface Layer {
  readonly raster: Raster;
  readonly left: number;
  readonly top: number;
  readonly shadows?: readonly Shadow[];
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Raw RGB of the canvas's size. */
  readonly ground: Buffer;
  /** SVG elements between the ground and the pictures. */
  readonly under?: string;
  readonly layers: readonly Layer[];
  /** SVG elements above all. */
  readonly over?: string;
}

// One scene at a time in a small instance: no pictures kept between calls.
sharp.cache(false);

/** Shadows are soft: a quarter of the size is enough to blur them in, and sixteen times less work. */
const SHADOW_STEP = 4;

/** Draws a scene; raw RGB of its size. */
export async function composeScene(scene: Scene): Promise<Buffer> {
  const { width, height } = scene;
  const overlays: OverlayOptions[] = [];
  if (scene.under) overlays.push(svgOverlay(scene.under, width, height));
  for (const layer of scene.layers) {
    if (layer.shadows?.length) {
      const cast = await castShadows(layer, layer.shadows, width, height);
      overlays.push({ input: cast.rgba, raw: rawOf(cast), left: 0, top: 0 });
    }
    const left = Math.max(0, layer.left);
    const top = Math.max(0, layer.top);
    const right = Math.min(width, layer.left + layer.raster.width);
    const bottom = Math.min(height, layer.top + layer.raster.height);
    if (left >= right || top >= bottom) continue;
    const box = { left: left - layer.left, top: top - layer.top, width: right - left, height: bottom - top };
    const seen = cropRaster(layer.raster, box);
    overlays.push({ input: seen.rgba, raw: rawOf(seen), left, top });
  }
  if (scene.over) overlays.push(svgOverlay(scene.over, width, height));
  return sharp(scene.ground, { raw: { width, height, channels: 3 } })
    .composite(overlays)
    .removeAlpha()
    .raw()
    .toBuffer();
}

const svgOverlay = (elements: string, width: number, height: number): OverlayOptions => ({
  input: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${elements}</svg>`),
  left: 0,
  top: 0,
});

/** The layer's shape, moved and blurred for each shadow, laid over each other; as large as the canvas. */
async function castShadows(layer: Layer, shadows: readonly Shadow[], width: number, height: number): Promise<Raster> {
  const small = {
    width: Math.ceil(width / SHADOW_STEP),
    height: Math.ceil(height / SHADOW_STEP),
    channels: 1 as const,
  };
  const light = new Float32Array(small.width * small.height).fill(1);
  for (const shadow of shadows) {
    const soft = await sharp(moveShape(layer, shadow, small), { raw: small })
      .blur(Math.max(0.4, shadow.blur / SHADOW_STEP))
      .extractChannel(0)
      .raw()
      .toBuffer();
    for (let i = 0; i < light.length; i++) light[i] = light[i]! * (1 - (soft[i]! / 255) * shadow.opacity);
  }
  const dark = Buffer.from(light.map((value) => Math.round((1 - value) * 255)));
  const alpha = await sharp(dark, { raw: small })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const rgba = Buffer.alloc(width * height * 4, Buffer.from([...INK, 0]));
  for (let i = 0; i < alpha.length; i++) rgba[i * 4 + 3] = alpha[i]!;
  return { width, height, rgba };
}

/** The layer's alpha on the small canvas, moved as the shadow falls. */
function moveShape({ raster, left, top }: Layer, shadow: Shadow, small: { width: number; height: number }): Buffer {
  const shape = Buffer.alloc(small.width * small.height);
  for (let y = 0; y < small.height; y++) {
    const fromY = y * SHADOW_STEP + SHADOW_STEP / 2 - top - shadow.down;
    if (fromY < 0 || fromY >= raster.height) continue;
    for (let x = 0; x < small.width; x++) {
      const fromX = x * SHADOW_STEP + SHADOW_STEP / 2 - left - (shadow.right ?? 0);
      if (fromX < 0 || fromX >= raster.width) continue;
      shape[y * small.width + x] = raster.rgba[(Math.floor(fromY) * raster.width + Math.floor(fromX)) * 4 + 3]!;
    }
  }
  return shape;
}
