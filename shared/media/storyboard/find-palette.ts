import { type Colour, distanceOf } from '../canvas/colour.ts';
import type { Raster } from '../canvas/raster.ts';
import { isSkin } from './is-worn.ts';

const MAX_COLOURS = 5;
/** Closer colours are one colour under another light. */
const SAME_WITHIN = 46;
const MIN_SHARE = 0.03;
const SAMPLES = 120_000;

/** The garment's colours by share, merged when they are close, so that a fold's shadow is no colour of its own.
 * `worn`: skin is left out. */
export function findPalette({ rgba, width, height }: Raster, worn: boolean): { colour: Colour; share: number }[] {
  const bins = new Map<number, [count: number, red: number, green: number, blue: number]>();
  const step = Math.max(1, Math.floor((width * height) / SAMPLES));
  let total = 0;
  for (let i = 0; i < rgba.length; i += 4 * step) {
    if (rgba[i + 3]! < 250) continue;
    const [red, green, blue] = [rgba[i]!, rgba[i + 1]!, rgba[i + 2]!];
    if (worn && isSkin(red, green, blue)) continue;
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const bin = bins.get(key) ?? [0, 0, 0, 0];
    bins.set(key, [bin[0] + 1, bin[1] + red, bin[2] + green, bin[3] + blue]);
    total++;
  }
  const found: { colour: Colour; count: number }[] = [];
  for (const [count, red, green, blue] of [...bins.values()].sort((a, b) => b[0] - a[0])) {
    const colour: Colour = [red / count, green / count, blue / count];
    const near = found.find((one) => distanceOf(one.colour, colour) < SAME_WITHIN);
    if (near) near.count += count;
    else found.push({ colour, count });
  }
  const palette = found.map(({ colour, count }) => ({ colour, share: count / Math.max(1, total) }));
  palette.sort((a, b) => b.share - a.share);
  const kept = palette.slice(0, MAX_COLOURS).filter(({ share }, i) => i === 0 || share >= MIN_SHARE);
  return kept.length > 0 ? kept : [{ colour: [128, 128, 128], share: 1 }];
}
