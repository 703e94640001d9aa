import type { Raster } from '../canvas/raster.ts';

/** Shares of the figure that skin takes: less is noise, more is a garment of that colour. */
const MIN_SKIN = 0.03;
const MAX_SKIN = 0.42;
/** A head stands in the upper part; there skin must be dense somewhere. */
const HEAD_PART = 0.24;
const HEAD_SHARE = 0.12;

/**
 * Whether a person wears it: skin tones (Cb 77…127, Cr 135…173, after Chai and Ngan 1999) near the top and not all over.
 * A soft judgement: it only decides whether the garment may be tilted or doubled.
 */
export function isWorn({ rgba, width, height }: Raster): boolean {
  const headEnd = Math.round(height * HEAD_PART);
  let [skin, all, headSkin, headAll] = [0, 0, 0, 0];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const i = (y * width + x) * 4;
      if (rgba[i + 3]! < 200) continue;
      const is = isSkin(rgba[i]!, rgba[i + 1]!, rgba[i + 2]!) ? 1 : 0;
      all++;
      skin += is;
      if (y >= headEnd) continue;
      headAll++;
      headSkin += is;
    }
  }
  const share = skin / Math.max(1, all);
  return share > MIN_SKIN && share < MAX_SKIN && headSkin / Math.max(1, headAll) > HEAD_SHARE;
}

export function isSkin(red: number, green: number, blue: number): boolean {
  const cb = 128 - 0.169 * red - 0.331 * green + 0.5 * blue;
  const cr = 128 + 0.5 * red - 0.419 * green - 0.081 * blue;
  // Red, orange and brown cloth has the same hue, but is more saturated than skin under any light.
  const pale = green > red * 0.56 && blue > red * 0.36;
  return red > 70 && red > green && green > blue * 0.85 && pale && cb >= 77 && cb <= 124 && cr >= 136 && cr <= 170;
}
