import type { Scene } from './scene.ts';

/** GrabCut's own labels. */
export const SURE_GROUND = 0;
export const SURE_GARMENT = 1;
export const LIKELY_GROUND = 2;
export const LIKELY_GARMENT = 3;

/** Colours common on the picture's border are ground; the middle is garment unless it has the border's colour. */
export function borderSeeds(scene: Scene): Uint8Array {
  return seed(scene, (x, y, onBorder, share) => {
    if (Math.abs(x) < 0.12 && Math.abs(y) < 0.2) return share > 0.03 ? LIKELY_GARMENT : SURE_GARMENT;
    if (onBorder) return share > 0.0005 ? SURE_GROUND : LIKELY_GROUND;
    return share > 0.004 ? LIKELY_GROUND : LIKELY_GARMENT;
  });
}

/** Colours that the border has nowhere are surely garment, which keeps a dark or flat garment's model from drifting. */
export function distinctSeeds(scene: Scene): Uint8Array {
  return seed(scene, (x, y, onBorder, _share, bin) => {
    const near = scene.borderNear[bin]!;
    if (onBorder) return near > 0.001 ? SURE_GROUND : LIKELY_GROUND;
    if (scene.distinct[bin] && Math.abs(x) < 0.42 && Math.abs(y) < 0.44) return SURE_GARMENT;
    return near > 0.01 ? LIKELY_GROUND : LIKELY_GARMENT;
  });
}

/** A mask as the start of another round: nothing is sure but the ground along the border. */
export function relaxedSeeds(scene: Scene, mask: Uint8Array): Uint8Array {
  let at = -1;
  return seed(scene, (_x, _y, onBorder) => {
    at++;
    if (mask[at]) return LIKELY_GARMENT;
    return onBorder ? SURE_GROUND : LIKELY_GROUND;
  });
}

/** The border is ground, the middle is garment, whatever their colours. */
export function centreSeeds(scene: Scene): Uint8Array {
  return seed(scene, (x, y, onBorder) => {
    if (onBorder) return SURE_GROUND;
    if (Math.abs(x) < 0.1 && Math.abs(y) < 0.16) return SURE_GARMENT;
    return Math.abs(x) < 0.36 && Math.abs(y) < 0.42 ? LIKELY_GARMENT : LIKELY_GROUND;
  });
}

/** Where the person model (0…255 per pixel) is sure, so is the seed. */
export function personSeeds(person: Uint8Array): Uint8Array {
  return Uint8Array.from(person, (value) => {
    if (value > 235) return SURE_GARMENT;
    if (value > 127) return LIKELY_GARMENT;
    return value > 25 ? LIKELY_GROUND : SURE_GROUND;
  });
}

/** `x`, `y` run from -0.5 to 0.5 over the picture; `share` is how common the pixel's colour is on the border. */
type Judge = (x: number, y: number, onBorder: boolean, share: number, bin: number) => number;

function seed(scene: Scene, judge: Judge): Uint8Array {
  const { width, height, borderWidth, bins, borderShare } = scene;
  const seeds = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const onBorder = x < borderWidth || x >= width - borderWidth || y < borderWidth || y >= height - borderWidth;
      seeds[at] = judge(x / width - 0.5, y / height - 0.5, onBorder, borderShare[bins[at]!]!, bins[at]!);
    }
  }
  return seeds;
}
