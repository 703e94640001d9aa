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
  /** Bits; above 4.75 the ground is busy (carpet, bed, street). */
  borderEntropy: number;
  borderWidth: number;
  gradient: Float32Array;
  meanGradient: number;
  free(): void;
}

export const COLOUR_BINS = 1 << 14;
const BORDER = 0.04;

export function describeScene(cv: OpenCv, rgb: Uint8Array, width: number, height: number): Scene {
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
    borderEntropy: entropy(borderShare),
    borderWidth,
    gradient,
    meanGradient: sum / gradient.length,
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
