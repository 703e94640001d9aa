import { type Colour, mixColours } from './colour.ts';

/**
 * A lit paper sweep: `centre` where the light falls, `edge` far from it; below `floorAt` (share of the height) the paper
 * lies on the floor and turns to `floor`. Without a floor it is a wall.
 */
export interface Backdrop {
  readonly centre: Colour;
  readonly edge: Colour;
  readonly floor?: Colour;
  readonly floorAt?: number;
  readonly lightY?: number;
}

/** How far the paper's bend from wall to floor reaches, as a share of the height. */
const BEND = 0.16;

/** Raw RGB. Rounded with a fixed ordered pattern, so that wide gradients show no bands. */
export function paintBackdrop(
  { centre, edge, floor, floorAt = 0.78, lightY = 0.4 }: Backdrop,
  width: number,
  height: number,
): Buffer {
  const out = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const v = y / height;
    const down = floor ? smooth((v - floorAt) / BEND) : 0;
    const dy = (v - lightY) * 1.05;
    for (let x = 0; x < width; x++) {
      const dx = x / width - 0.5;
      const far = smooth(Math.sqrt(dx * dx + dy * dy) / 0.82);
      const threshold = BAYER[(y & 3) * 4 + (x & 3)]!;
      for (let c = 0; c < 3; c++, at++) {
        const wall = centre[c]! + (edge[c]! - centre[c]!) * far;
        out[at] = Math.min(255, floor ? wall + (floor[c]! - wall) * down + threshold : wall + threshold);
      }
    }
  }
  return out;
}

/** One colour all over. */
export function paintPlain(colour: Colour, width: number, height: number): Buffer {
  const pixel = Buffer.from(mixColours(colour, colour, 0).map(Math.round));
  return Buffer.alloc(width * height * 3, pixel);
}

const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((rank) => (rank + 0.5) / 16);

const smooth = (value: number): number => {
  const t = Math.max(0, Math.min(1, value));
  return t * t * (3 - 2 * t);
};
