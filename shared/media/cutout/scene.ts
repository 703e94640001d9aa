import type { Mat, OpenCv } from './open-cv.ts';

/** A small copy of the photo with what the seeds and the score ask about it. Free it with `free()`. */
export interface Scene {
  width: number;
  height: number;
  /** Median-filtered RGB in wasm memory: the picture that GrabCut cuts. */
  image: Mat;
  /** The coarse colour of each pixel: a bin of Lab (L/16, a/8, b/8). */
  bins: Uint16Array;
  /** Share of the picture's border that has a colour. */
  borderShare: Float32Array;
  /** The same, summed with the neighbouring colours: noise scatters one colour over several bins. */
  borderNear: Float32Array;
  /** 1 for colours far from all of the border's, a shadow on the border's colours included. */
  distinct: Uint8Array;
  /** Bits; above 4.75 the ground is busy (carpet, bed, street). */
  borderEntropy: number;
  borderWidth: number;
  gradient: Float32Array;
  meanGradient: number;
  /** What the merchant marked, by pixel (draw-marks.ts). */
  marked: Uint8Array | undefined;
  free(): void;
}

export const COLOUR_BINS = 1 << 14;
const BORDER = 0.04;

export function describeScene(cv: OpenCv, rgb: Uint8Array, width: number, height: number, marked?: Uint8Array): Scene {
  const source = new cv.Mat(height, width, cv.CV_8UC3);
  source.data.set(rgb);
  const image = new cv.Mat();
  cv.medianBlur(source, image, 3);
  const labMat = new cv.Mat();
  cv.cvtColor(image, labMat, cv.COLOR_RGB2Lab);
  const lab = Uint8Array.from(labMat.data);
  source.delete();
  labMat.delete();

  const bins = new Uint16Array(width * height);
  for (let i = 0; i < bins.length; i++) {
    bins[i] = ((lab[i * 3]! >> 4) << 10) | ((lab[i * 3 + 1]! >> 3) << 5) | (lab[i * 3 + 2]! >> 3);
  }
  const borderWidth = Math.max(4, Math.round(Math.min(width, height) * BORDER));
  const borderShare = borderColours(bins, width, height, borderWidth);
  const gradient = colourGradient(lab, width, height);
  let sum = 0;
  for (const value of gradient) sum += value;
  return {
    width,
    height,
    image,
    bins,
    borderShare,
    borderNear: sumNeighbours(borderShare),
    distinct: distinctColours(borderShare),
    borderEntropy: entropy(borderShare),
    borderWidth,
    gradient,
    meanGradient: sum / gradient.length,
    marked,
    free: () => image.delete(),
  };
}

function borderColours(bins: Uint16Array, width: number, height: number, borderWidth: number): Float32Array {
  const share = new Float32Array(COLOUR_BINS);
  let count = 0;
  for (let y = 0; y < height; y++) {
    const wholeRow = y < borderWidth || y >= height - borderWidth;
    for (let x = 0; x < width; x++) {
      if (!wholeRow && x >= borderWidth && x < width - borderWidth) continue;
      const bin = bins[y * width + x]!;
      share[bin] = share[bin]! + 1;
      count++;
    }
  }
  for (let i = 0; i < share.length; i++) share[i] = share[i]! / count;
  return share;
}

const L_BINS = 16;
const AB_BINS = 32;
const binOf = (l: number, a: number, b: number): number => (l << 10) | (a << 5) | b;

/** Calls back for each bin inside the colour solid that lies within the reach of another, itself included. */
function eachNear(bin: number, reachL: [number, number], reachAb: number, visit: (near: number) => void): void {
  const l = bin >> 10;
  const a = (bin >> 5) & 31;
  const b = bin & 31;
  for (let i = Math.max(0, l + reachL[0]); i <= Math.min(L_BINS - 1, l + reachL[1]); i++) {
    for (let j = Math.max(0, a - reachAb); j <= Math.min(AB_BINS - 1, a + reachAb); j++) {
      for (let k = Math.max(0, b - reachAb); k <= Math.min(AB_BINS - 1, b + reachAb); k++) visit(binOf(i, j, k));
    }
  }
}

/** Adds to each colour's share those of its neighbours. */
export function sumNeighbours(share: Float32Array): Float32Array {
  const sums = new Float32Array(COLOUR_BINS);
  share.forEach((value, bin) => {
    if (value === 0) return;
    eachNear(bin, [-1, 1], 1, (near) => {
      sums[near] = sums[near]! + value;
    });
  });
  return sums;
}

/** A colour that makes up less of the border than this is taken for something that lies there. */
const STRAY_SHARE = 0.0005;

function distinctColours(share: Float32Array): Uint8Array {
  const distinct = new Uint8Array(COLOUR_BINS).fill(1);
  share.forEach((value, bin) => {
    // Two bins around, and all that is darker at nearly the same hue: shadows.
    if (value >= STRAY_SHARE) {
      eachNear(bin, [-(bin >> 10), 2], 2, (near) => {
        distinct[near] = 0;
      });
    }
  });
  return distinct;
}

function entropy(shares: Float32Array): number {
  let bits = 0;
  for (const share of shares) if (share > 0) bits -= share * Math.log2(share);
  return bits;
}

/** Sum over L, a and b of the central differences, both ways. */
function colourGradient(lab: Uint8Array, width: number, height: number): Float32Array {
  const gradient = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      let sum = 0;
      for (let c = 0; c < 3; c++) {
        sum += Math.abs(lab[(at + 1) * 3 + c]! - lab[(at - 1) * 3 + c]!);
        sum += Math.abs(lab[(at + width) * 3 + c]! - lab[(at - width) * 3 + c]!);
      }
      gradient[at] = sum;
    }
  }
  return gradient;
}
