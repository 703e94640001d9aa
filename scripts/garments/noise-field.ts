/** A picture of one number per pixel. */
export interface Field {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Smooth noise in −1…1: random values on a lattice of `cellX` × `cellY` pixels, smoothly interpolated. */
export function noiseField(
  width: number,
  height: number,
  [cellX, cellY]: readonly [number, number],
  random: () => number,
): Field {
  const columns = Math.ceil(width / cellX) + 2;
  const rows = Math.ceil(height / cellY) + 2;
  const lattice = Float32Array.from({ length: columns * rows }, () => random() * 2 - 1);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cellY);
    const ty = smooth(y / cellY - row);
    for (let x = 0; x < width; x++) {
      const column = Math.floor(x / cellX);
      const tx = smooth(x / cellX - column);
      const at = row * columns + column;
      const top = mix(lattice[at] as number, lattice[at + 1] as number, tx);
      const bottom = mix(lattice[at + columns] as number, lattice[at + columns + 1] as number, tx);
      values[y * width + x] = mix(top, bottom, ty);
    }
  }
  return { width, height, values };
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

/** Adds the layers, each times its weight. */
export function addFields(layers: readonly (readonly [field: Field, weight: number])[]): Field {
  const [first] = layers;
  if (!first) throw new RangeError('at least one layer');
  const values = new Float32Array(first[0].values.length);
  for (const [field, weight] of layers) {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + (field.values[i] as number) * weight;
  }
  return { ...first[0], values };
}
