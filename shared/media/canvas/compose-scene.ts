import sharp, { type OverlayOptions } from 'sharp';
import { type Colour, INK } from './colour.ts';
import { cropRaster, type Raster, rawOf } from './raster.ts';

export interface Shadow {
  /** Pixels of the finished picture. */
  readonly blur: number;
  readonly right?: number;
  readonly down: number;
  /** 0…1. */
  readonly opacity: number;
  readonly colour?: Colour;
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

/** Shadows are soft: a quarter of the size is enough to blur them in, and sixteen times less work. */
const SHADOW_STEP = 4;

/** Draws a scene; raw RGB of its size. */
export async function composeScene(scene: Scene): Promise<Buffer> {
  const { width, height } = scene;
  const overlays: OverlayOptions[] = [];
  if (scene.under) overlays.push(svgOverlay(scene.under, width, height));
  for (const layer of scene.layers) {
    for (const shadow of layer.shadows ?? []) {
      const cast = await castShadow(layer, shadow, width, height);
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

/** The layer's shape, moved and blurred, in one colour, as large as the canvas. */
async function castShadow(layer: Layer, shadow: Shadow, width: number, height: number): Promise<Raster> {
  const small = { width: Math.ceil(width / SHADOW_STEP), height: Math.ceil(height / SHADOW_STEP) };
  const shape = Buffer.alloc(small.width * small.height);
  const { raster } = layer;
  for (let y = 0; y < small.height; y++) {
    const fromY = y * SHADOW_STEP + SHADOW_STEP / 2 - layer.top - shadow.down;
    if (fromY < 0 || fromY >= raster.height) continue;
    for (let x = 0; x < small.width; x++) {
      const fromX = x * SHADOW_STEP + SHADOW_STEP / 2 - layer.left - (shadow.right ?? 0);
      if (fromX < 0 || fromX >= raster.width) continue;
      shape[y * small.width + x] = raster.rgba[(Math.floor(fromY) * raster.width + Math.floor(fromX)) * 4 + 3]!;
    }
  }
  const soft = await sharp(shape, { raw: { ...small, channels: 1 } })
    .blur(Math.max(0.4, shadow.blur / SHADOW_STEP))
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const rgba = Buffer.alloc(width * height * 4, Buffer.from([...(shadow.colour ?? INK), 0]));
  for (let i = 0; i < soft.length; i++) rgba[i * 4 + 3] = soft[i]! * shadow.opacity;
  return { width, height, rgba };
}
