import { COLOUR_BINS, type Scene } from './scene.ts';

/** Less than this share of the picture is no garment. */
export const MIN_GARMENT_SHARE = 0.02;

/**
 * How likely a mask is right, 0…1, judged without the truth: it differs in colour from the rest, its outline follows
 * edges, it covers the middle, is simple, and seldom meets the border. Good for choosing between masks of one photo;
 * as a measure of confidence it is weak.
 */
export function scoreMask(scene: Scene, mask: Uint8Array): number {
  const { width, height } = scene;
  const pixels = width * height;
  const outline = measureOutline(scene, mask);
  const share = outline.area / pixels;
  if (share < MIN_GARMENT_SHARE) return 0;
  const edges = Math.min(1, outline.gradient / Math.max(1, outline.length) / (scene.meanGradient * 3));
  const borderShare = outline.onBorder / (2 * (width + height));
  const inside = 1 - Math.min(1, Math.max(0, borderShare - 0.06) / 0.3);
  const simple = Math.min(1, (2.6 * 2.2 * Math.sqrt(outline.area)) / Math.max(1, outline.length));
  const sum =
    0.28 * (1 - colourOverlap(scene, mask, outline.area)) +
    0.24 * edges +
    0.2 * centreCover(mask, width, height) +
    0.14 * simple +
    0.14 * inside;
  return sum * plausibleArea(share);
}

function plausibleArea(share: number): number {
  if (share < 0.08) return share / 0.08;
  return share > 0.8 ? Math.max(0, (0.95 - share) / 0.15) : 1;
}

function measureOutline(scene: Scene, mask: Uint8Array) {
  const { width, height, gradient } = scene;
  let area = 0;
  let onBorder = 0;
  let length = 0;
  let strength = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (!mask[at]) continue;
      area++;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) {
        onBorder++;
        continue;
      }
      if (mask[at - 1] && mask[at + 1] && mask[at - width] && mask[at + width]) continue;
      length++;
      strength += Math.max(
        gradient[at]!,
        gradient[at - 1]!,
        gradient[at + 1]!,
        gradient[at - width]!,
        gradient[at + width]!,
      );
    }
  }
  return { area, onBorder, length, gradient: strength };
}

/** Bhattacharyya coefficient of the colours inside and outside: 0 = nothing in common. */
function colourOverlap(scene: Scene, mask: Uint8Array, area: number): number {
  const inside = new Float64Array(COLOUR_BINS);
  const outside = new Float64Array(COLOUR_BINS);
  for (let i = 0; i < mask.length; i++) {
    const side = mask[i] ? inside : outside;
    const bin = scene.bins[i]!;
    side[bin] = side[bin]! + 1;
  }
  const rest = Math.max(1, mask.length - area);
  let overlap = 0;
  for (let i = 0; i < COLOUR_BINS; i++) overlap += Math.sqrt((inside[i]! / area) * (outside[i]! / rest));
  return overlap;
}

function centreCover(mask: Uint8Array, width: number, height: number): number {
  let covered = 0;
  let count = 0;
  for (let y = Math.floor(height * 0.4); y < height * 0.6; y++) {
    for (let x = Math.floor(width * 0.42); x < width * 0.58; x++) {
      count++;
      if (mask[y * width + x]) covered++;
    }
  }
  return covered / count;
}
