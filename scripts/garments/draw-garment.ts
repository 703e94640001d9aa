import sharp from 'sharp';
import { drawFabric, type Fabric, foldField } from './draw-fabric.ts';
import { clutter, drawGround, type GroundKind } from './draw-ground.ts';
import { type GarmentKind, type GarmentShape, SHAPES } from './garment-shapes.ts';
import { noiseField } from './noise-field.ts';
import { between, seededRandom } from './seeded-random.ts';

export interface GarmentSample {
  readonly name: string;
  readonly kind: GarmentKind;
  readonly seed: number;
  readonly ground: GroundKind;
  readonly fabric: Fabric;
  /** EXIF orientation that the file carries, its pixels turned to match; 1: none. */
  readonly orientation: 1 | 6;
}

const WIDTH = 1200;
const HEIGHT = 1600;

/** The demo's photos: garments laid out on a cluttered ground, drawn at run time, the same bytes for the same sample. */
export function sampleGarments(): GarmentSample[] {
  const plain = (colour: Fabric['colour']): Fabric => ({ colour, second: colour, pattern: 'plain' });
  return [
    {
      name: 'tshirt',
      kind: 'tshirt',
      seed: 11,
      ground: 'wood',
      orientation: 1,
      fabric: { colour: [232, 234, 238], second: [38, 62, 120], pattern: 'stripes' },
    },
    {
      name: 'hoodie',
      kind: 'hoodie',
      seed: 23,
      ground: 'carpet',
      orientation: 6,
      fabric: { colour: [40, 92, 96], second: [62, 116, 118], pattern: 'heather' },
    },
    { name: 'dress', kind: 'dress', seed: 37, ground: 'sheet', orientation: 1, fabric: plain([166, 36, 52]) },
    {
      name: 'trousers',
      kind: 'trousers',
      seed: 41,
      ground: 'carpet',
      orientation: 1,
      fabric: { colour: [36, 52, 88], second: [104, 126, 160], pattern: 'denim' },
    },
    {
      name: 'shirt',
      kind: 'shirt',
      seed: 59,
      ground: 'sheet',
      orientation: 1,
      fabric: { colour: [34, 84, 66], second: [150, 30, 38], pattern: 'plaid' },
    },
  ];
}

/** A phone's JPEG of the sample. */
export async function drawSample(sample: GarmentSample): Promise<Buffer> {
  const random = seededRandom(sample.seed);
  const shape = SHAPES[sample.kind];
  const turn = between(random, -4, 4);
  const [cover, details, thingsOver] = await Promise.all([
    grey(coverSvg(shape, turn)),
    rgba(detailSvg(shape, turn)),
    rgba(clutter(WIDTH, HEIGHT, random)),
  ]);
  const [shadow, contact] = await Promise.all([blurred(cover, 26), blurred(cover, 7)]);
  const photo = drawGround(sample.ground, WIDTH, HEIGHT, random);
  over(photo, thingsOver);
  const folds = foldField(WIDTH, HEIGHT, random);
  const fabric = drawFabric(sample.fabric, folds, random);
  compose(photo, fabric, { cover, shadow, contact });
  over(photo, details);
  return develop(photo, sample, random);
}

const svg = (inner: string, turn: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 1000 1333"><g transform="rotate(${turn} 500 666)">${inner}</g></svg>`;

/** All that is cloth: the back of a collar shows inside it. */
const coverSvg = (shape: GarmentShape, turn: number): string => {
  const cloth = [shape.outline, ...shape.inside].map((d) => `<path d="${d}" fill="#fff"/>`).join('');
  return svg(`<rect x="-500" y="-500" width="2000" height="2400" fill="#000"/>${cloth}`, turn);
};

/** Seams are a dark line with a light edge and stitches beside it. */
function detailSvg(shape: GarmentShape, turn: number): string {
  const path = (d: string, style: string) => `<path d="${d}" fill="none" ${style}/>`;
  const inside = shape.inside.map((d) => `<path d="${d}" fill="#000" fill-opacity="0.5"/>`);
  const seams = shape.seams.map(
    (d) =>
      path(d, 'stroke="#000" stroke-opacity="0.34" stroke-width="3"') +
      path(d, 'stroke="#fff" stroke-opacity="0.16" stroke-width="2" transform="translate(2.5 2.5)"') +
      path(
        d,
        'stroke="#fff" stroke-opacity="0.3" stroke-width="1.3" stroke-dasharray="5 4" transform="translate(-4 -5)"',
      ),
  );
  const buttons = shape.buttons.map(
    ([x, y, r]) =>
      `<circle cx="${x + 2}" cy="${y + 3}" r="${r}" fill="#000" fill-opacity="0.45"/><circle cx="${x}" cy="${y}" r="${r}" fill="#e8e0d0"/><circle cx="${x - 2}" cy="${y}" r="1.5" fill="#555"/><circle cx="${x + 2}" cy="${y}" r="1.5" fill="#555"/>`,
  );
  const cords = shape.cords.map(
    (d) =>
      path(d, 'stroke="#000" stroke-opacity="0.35" stroke-width="9" transform="translate(4 4)"') +
      path(d, 'stroke="#ece8de" stroke-width="8" stroke-linecap="round"') +
      path(d, 'stroke="#a9a294" stroke-width="6" stroke-dasharray="2 3"'),
  );
  return svg([...inside, ...seams, ...buttons, ...cords].join(''), turn);
}

const grey = (text: string): Promise<Buffer> =>
  sharp(Buffer.from(text)).flatten({ background: '#000' }).extractChannel(0).raw().toBuffer();
const rgba = (text: string): Promise<Buffer> => sharp(Buffer.from(text)).ensureAlpha().raw().toBuffer();
const blurred = (cover: Buffer, sigma: number): Promise<Buffer> =>
  sharp(cover, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .blur(sigma)
    .extractChannel(0)
    .raw()
    .toBuffer();

function over(photo: Float32Array, layer: Buffer): void {
  for (let i = 0, p = 0; p < photo.length; i += 4, p += 3) {
    const alpha = (layer[i + 3] as number) / 255;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++)
      photo[p + c] = (photo[p + c] as number) * (1 - alpha) + (layer[i + c] as number) * alpha;
  }
}

/** The garment on its ground: a soft shadow to the lower right, a dark line of contact, and cloth that curves at its edge. */
function compose(
  photo: Float32Array,
  fabric: Float32Array,
  { cover, shadow, contact }: { cover: Buffer; shadow: Buffer; contact: Buffer },
): void {
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    const shadowRow = Math.max(0, y - 14) * WIDTH;
    const contactRow = Math.max(0, y - 4) * WIDTH;
    for (let x = 0; x < WIDTH; x++, i++) {
      const soft = (shadow[shadowRow + Math.max(0, x - 12)] as number) / 255;
      const near = (contact[contactRow + Math.max(0, x - 3)] as number) / 255;
      const alpha = (cover[i] as number) / 255;
      const dark = (1 - 0.34 * soft) * (1 - 0.36 * near);
      const edge = 0.72 + 0.28 * Math.min(1, Math.max(0, ((contact[i] as number) / 255 - 0.5) * 2.4));
      for (let c = 0; c < 3; c++) {
        const p = i * 3 + c;
        photo[p] = (photo[p] as number) * dark * (1 - alpha) + (fabric[p] as number) * edge * alpha;
      }
    }
  }
}

/** What a phone does to it: uneven light, a tint, noise, JPEG. */
async function develop(photo: Float32Array, sample: GarmentSample, random: () => number): Promise<Buffer> {
  const bytes = Buffer.alloc(photo.length);
  const lamp = noiseField(WIDTH, HEIGHT, [WIDTH / 1.6, HEIGHT / 1.6], random);
  const tint = [between(random, 0.99, 1.03), 1, between(random, 0.94, 1)];
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i++) {
      const fromCentre = ((x / WIDTH - 0.5) ** 2 + (y / HEIGHT - 0.5) ** 2) * 2;
      const light = (1 - 0.2 * fromCentre) * (1 + 0.05 * (lamp.values[i] as number));
      const noise = (random() + random() - 1) * 7;
      for (let c = 0; c < 3; c++) {
        bytes[i * 3 + c] = Math.max(
          0,
          Math.min(255, (photo[i * 3 + c] as number) * light * (tint[c] as number) + noise),
        );
      }
    }
  }
  const upright = sharp(bytes, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).blur(0.6);
  // Orientation 6 is shown turned a quarter to the right, so its pixels are stored turned to the left.
  const stored = sample.orientation === 6 ? sharp(await upright.png().toBuffer()).rotate(270) : upright;
  return stored.withMetadata({ orientation: sample.orientation }).jpeg({ quality: 88 }).toBuffer();
}
