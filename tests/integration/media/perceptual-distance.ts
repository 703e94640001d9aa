import sharp from 'sharp';

const [COLUMNS, ROWS] = [24, 30];

/** A picture as 24 × 30 colours, base64: small enough to keep, fine enough to see that something moved or turned another colour. */
export async function perceptualPrint(picture: Buffer): Promise<string> {
  const small = sharp(picture)
    .flatten({ background: '#ffffff' })
    .resize(COLUMNS, ROWS, { fit: 'fill', kernel: 'cubic' });
  return (await small.toColourspace('srgb').raw().toBuffer()).toString('base64');
}

export interface Distance {
  /** Over all cells, 0…100. */
  readonly mean: number;
  /** Of the one cell in fifty that differs most but for the worst ones. */
  readonly worst: number;
}

/** How far apart two prints are to the eye, cell by cell (CIE76 in CIE Lab, where 2.3 is just seen and 100 is black on white). */
export function perceptualDistance(one: string, other: string): Distance {
  const [a, b] = [Buffer.from(one, 'base64'), Buffer.from(other, 'base64')];
  const cells = COLUMNS * ROWS;
  if (a.length !== cells * 3 || b.length !== a.length) return { mean: 100, worst: 100 };
  const distances = Array.from({ length: cells }, (_, cell) => {
    const [p, q] = [labOf(a.subarray(cell * 3)), labOf(b.subarray(cell * 3))];
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
  }).sort((x, y) => x - y);
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / cells;
  return { mean, worst: distances[Math.floor(cells * 0.98)] ?? 100 };
}

/** sRGB to CIE Lab under D65 (IEC 61966-2-1, CIE 15). */
function labOf(rgb: Uint8Array): [number, number, number] {
  const linear = [0, 1, 2].map((c) => {
    const value = (rgb[c] ?? 0) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const [r = 0, g = 0, b = 0] = linear;
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 4 / 29);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
