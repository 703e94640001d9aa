import { AI_LABEL_BYTES } from '../ai-label.ts';
import { WHITE } from '../canvas/colour.ts';
import { composeScene } from '../canvas/compose-scene.ts';
import { paintBackdrop, paintPlain } from '../canvas/paint-backdrop.ts';
import { fitWithin, scaleRaster } from '../canvas/raster.ts';
import type { Pixels } from '../decode-photo.ts';
import { encodeWithin } from '../encode-within.ts';
import type { ProcessorOutput } from '../processor.ts';
import type { Garment } from '../storyboard/garment.ts';
import type { PicturePreset } from './presets.ts';

const MAX_ENLARGED = 2;

/**
 * A garment as a shop asks for it. Flags: `low_resolution`, when the garment would have to be enlarged more than twice
 * (it is shown smaller); `cut_off`, when the photo shows only a part of it; `below_bytes`, when even the best quality has fewer bytes than the shop asks for.
 * `label`: draws into a scene what an AI's picture has to say of itself; on pure white shops allow no words.
 */
export async function drawPreset(
  garment: Garment,
  preset: PicturePreset,
  label: (scene: Pixels) => Promise<Buffer>,
): Promise<ProcessorOutput> {
  const { width, height, fill } = preset;
  const { raster, cut } = garment;
  const room = { width: width * fill, height: height * fill };
  const size = fitWithin(raster, room, MAX_ENLARGED);
  const left = Math.round((width - size.width) / 2);
  // A figure that the photo cut off stands on the picture's edge; on pure white the shop's margins come first.
  const stands = cut.bottom && preset.ground === 'scene';
  const top = stands ? height - size.height : Math.round((height - size.height) / 2);
  const unit = Math.min(width, height) / 1000;
  const shadows = [
    { blur: 24 * unit, right: 7 * unit, down: 20 * unit, opacity: 0.2 },
    { blur: 6 * unit, right: 2 * unit, down: 5 * unit, opacity: 0.16 },
  ];
  const layer = { raster: await scaleRaster(raster, size.width, size.height), left, top };
  const scene = preset.ground === 'scene';
  const ground = scene
    ? paintBackdrop({ centre: [247, 247, 246], edge: [220, 221, 222], lightY: 0.42 }, width, height)
    : paintPlain(WHITE, width, height);
  const drawn = await composeScene({ width, height, ground, layers: [scene ? { ...layer, shadows } : layer] });
  const rgb = scene ? await label({ rgb: drawn, width, height }) : drawn;
  const { min, max } = preset.bytes;
  const bytes = await encodeWithin(rgb, width, height, { min, max: Math.max(min, max - AI_LABEL_BYTES) });
  const flags: string[] = [];
  if (size.scale === MAX_ENLARGED && Math.max(size.width / width, size.height / height) < fill - 0.01)
    flags.push('low_resolution');
  if (cut.top || cut.bottom || cut.left || cut.right) flags.push('cut_off');
  if (bytes.length < min) flags.push('below_bytes');
  return { name: `${preset.id}.jpg`, contentType: 'image/jpeg', bytes, width, height, flags };
}
