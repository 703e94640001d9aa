/** out = in · gain + offset, on 0…255, the same for all channels so that colours keep their hue. */
export interface Levels {
  gain: number;
  offset: number;
}

const SAMPLES = 200_000;
/** Shares of the picture that may become pure black or white. */
const DARK_SHARE = 0.003;
const LIGHT_SHARE = 0.003;
/** Beyond these a photo would look processed; a garment's own tone is part of the product. */
const MAX_BLACK = 18;
const MIN_WHITE = 205;

/** Stretches a flat, hazy phone photo a little: the darkest parts to black, the lightest to white, both within limits. */
export function measureLevels(rgb: Uint8Array): Levels {
  const histogram = new Uint32Array(256);
  const pixels = rgb.length / 3;
  const step = Math.max(1, Math.floor(pixels / SAMPLES));
  let count = 0;
  for (let i = 0; i < pixels; i += step) {
    const luma = 0.299 * rgb[i * 3]! + 0.587 * rgb[i * 3 + 1]! + 0.114 * rgb[i * 3 + 2]!;
    histogram[Math.round(luma)]!++;
    count++;
  }
  const black = Math.min(MAX_BLACK, percentile(histogram, count * DARK_SHARE));
  const white = Math.max(MIN_WHITE, percentile(histogram, count * (1 - LIGHT_SHARE)));
  const gain = 255 / (white - black);
  return { gain, offset: -black * gain };
}

function percentile(histogram: Uint32Array, rank: number): number {
  let below = 0;
  for (let level = 0; level < 256; level++) {
    below += histogram[level]!;
    if (below >= rank) return level;
  }
  return 255;
}
