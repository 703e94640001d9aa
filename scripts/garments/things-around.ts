import { smoothPath } from './outline.ts';

/** Things that lie about at the picture's edges, as SVG shapes in units from the picture's middle (3:4: ±500, ±666). */
export type ThingKind = 'book' | 'mug' | 'plant' | 'cable' | 'slippers' | 'magazine';

/** `x`, `y` place the thing's middle; degrees turn it. */
export interface Thing {
  kind: ThingKind;
  x: number;
  y: number;
  degrees: number;
}

export function drawThing({ kind, x, y, degrees }: Thing, number: number): string {
  return `<g transform="translate(${x} ${y}) rotate(${degrees})">${DRAW[kind](`thing${number}`)}</g>`;
}

const gradient = (id: string, kind: 'linear' | 'radial', at: string, stops: readonly [number, string][]): string =>
  `<${kind}Gradient id="${id}" ${at}>${stops
    .map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`)
    .join('')}</${kind}Gradient>`;

const box = (x: number, y: number, width: number, height: number, fill: string, more = ''): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`;

/** Lines of print, too small to read. */
function print(x: number, y: number, width: number, lines: number, colour: string): string {
  return Array.from({ length: lines }, (_, i) =>
    box(x, y + i * 9, width * (0.72 + 0.28 * Math.abs(Math.sin(i * 2.3 + x))), 3.2, colour, 'opacity="0.7"'),
  ).join('');
}

const book = (id: string): string =>
  gradient(id, 'linear', 'x1="0" y1="0" x2="1" y2="0.3"', [
    [0, '#2c3f52'],
    [0.06, '#47617b'],
    [0.1, '#34495e'],
    [1, '#3d566f'],
  ]) +
  box(-106, -146, 216, 298, '#d8d0bd', 'rx="3"') +
  Array.from({ length: 7 }, (_, i) => box(102 + i * 1.2, -143, 0.5, 292, '#9c937f')).join('') +
  box(-110, -150, 212, 298, `url(#${id})`, 'rx="4"') +
  box(-84, -112, 150, 26, '#d9b36a', 'opacity="0.92"') +
  box(-84, -72, 104, 9, '#cfc9bb', 'opacity="0.85"') +
  `<circle cx="6" cy="42" r="46" fill="none" stroke="#d9b36a" stroke-width="5" opacity="0.8"/>`;

const magazine = (id: string): string =>
  gradient(id, 'linear', 'x1="0" y1="0" x2="1" y2="0"', [
    [0, '#e7e2d8'],
    [0.46, '#dcd6ca'],
    [0.5, '#a9a294'],
    [0.54, '#ece8df'],
    [1, '#ddd7cb'],
  ]) +
  box(-190, -140, 380, 280, `url(#${id})`, 'rx="2"') +
  print(-172, -118, 66, 25, '#55524c') +
  print(-94, -118, 66, 25, '#55524c') +
  box(22, -120, 148, 122, '#8b9d92') +
  `<path d="M22 2 L70 -62 L104 -22 L132 -50 L170 2Z" fill="#566c62"/><circle cx="136" cy="-92" r="13" fill="#e0c98f"/>` +
  print(22, 18, 66, 11, '#55524c') +
  print(102, 18, 66, 11, '#55524c');

const mug = (id: string): string =>
  gradient(`${id}w`, 'radial', 'cx="0.38" cy="0.34" r="0.75"', [
    [0, '#f3f0ea'],
    [0.7, '#d3cdc3'],
    [1, '#a49d92'],
  ]) +
  gradient(`${id}c`, 'radial', 'cx="0.42" cy="0.4" r="0.7"', [
    [0, '#5d3b22'],
    [0.75, '#3c2413'],
    [1, '#23140a'],
  ]) +
  `<path d="M62 -16 C112 -40 122 34 66 26" fill="none" stroke="#c6bfb4" stroke-width="18" stroke-linecap="round"/>` +
  `<path d="M64 -20 C108 -40 116 26 68 20" fill="none" stroke="#e9e5dd" stroke-width="6" stroke-linecap="round"/>` +
  `<circle r="76" fill="url(#${id}w)"/><circle r="67" fill="#8f877b"/><circle cx="2" cy="3" r="63" fill="url(#${id}c)"/>` +
  `<path d="M-44 -22 A50 50 0 0 1 -12 -48" fill="none" stroke="#a98763" stroke-width="5" stroke-linecap="round" opacity="0.6"/>`;

function plant(id: string): string {
  const leaf = (degrees: number, length: number, i: number): string => {
    const half = length * 0.23;
    const d = smoothPath([
      [0, 0, 'corner'],
      [length * 0.28, -half * 0.9],
      [length * 0.6, -half],
      [length, 0, 'corner'],
      [length * 0.62, half * 0.92],
      [length * 0.26, half * 0.8],
    ]);
    const veins = [0.25, 0.42, 0.58, 0.74]
      .map(
        (t) =>
          `M${length * t} 0 L${length * (t + 0.13)} ${-half * 0.78} M${length * t} 0 L${length * (t + 0.13)} ${half * 0.74}`,
      )
      .join('');
    return (
      `<g transform="rotate(${degrees})"><path d="${d}" fill="url(#${id}${i & 1})"/>` +
      `<path d="${veins}" stroke="#9db98a" stroke-width="1.4" opacity="0.45"/>` +
      `<path d="M-20 0 L${length * 0.96} 0" stroke="#a9c294" stroke-width="2.6" opacity="0.7"/></g>`
    );
  };
  const stops: readonly [number, string][][] = [
    [
      [0, '#244a2b'],
      [0.48, '#3f7a42'],
      [0.52, '#2b5a32'],
      [1, '#3a6c3c'],
    ],
    [
      [0, '#2f5c33'],
      [0.48, '#5a944f'],
      [0.52, '#3a6d3c'],
      [1, '#47803f'],
    ],
  ];
  const defs = stops.map((list, i) => gradient(`${id}${i}`, 'linear', 'x1="0" y1="0" x2="0.2" y2="1"', list)).join('');
  return (
    defs +
    [
      [-48, 150],
      [52, 160],
      [-14, 205],
      [20, 178],
      [-80, 120],
      [84, 118],
    ]
      .map(([a, l], i) => leaf(a!, l!, i))
      .join('')
  );
}

function cable(): string {
  const line = smoothPath(
    [
      [-40, -190],
      [6, -120],
      [-30, -50],
      [26, 10],
      [64, 70],
      [20, 120],
      [-16, 80],
      [20, 30],
      [90, 40],
      [170, 110],
    ],
    'open',
  );
  const along = (colour: string, width: number, shift: number) =>
    `<path d="${line}" transform="translate(${shift} ${shift})" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/>`;
  return (
    along('#a9a59d', 9, 0) +
    along('#e6e3dc', 5.6, -0.9) +
    along('#f6f4ef', 2, -1.8) +
    `<g transform="translate(-42 -200) rotate(24)">${box(-10, -36, 20, 42, '#dedbd3', 'rx="5"')}${box(-6, -52, 12, 18, '#8e8f92', 'rx="2"')}</g>`
  );
}

function slippers(id: string): string {
  const one = (x: number, degrees: number): string =>
    `<g transform="translate(${x} 0) rotate(${degrees})">` +
    `<path d="${smoothPath([
      [0, -128],
      [46, -100],
      [50, -20],
      [40, 80],
      [0, 122],
      [-40, 80],
      [-46, -20],
      [-44, -100],
    ])}" fill="#8c7a66"/>` +
    `<path d="${smoothPath([
      [0, -118],
      [38, -92],
      [40, -18],
      [32, 76],
      [0, 112],
      [-32, 76],
      [-38, -18],
      [-36, -92],
    ])}" fill="#c9b79d"/>` +
    `<path d="${smoothPath([
      [-52, -96],
      [-30, -132],
      [0, -140],
      [32, -132],
      [54, -96],
      [54, 0, 'corner'],
      [0, -16],
      [-52, 0, 'corner'],
    ])}" fill="url(#${id})"/>` +
    `<path d="M-50 -8 C-20 -22 20 -22 52 -8" fill="none" stroke="#38424a" stroke-width="5"/></g>`;
  return (
    gradient(id, 'radial', 'cx="0.4" cy="0.35" r="0.8"', [
      [0, '#8794a0'],
      [0.6, '#66737f'],
      [1, '#47525b'],
    ]) +
    one(-62, -6) +
    one(60, 9)
  );
}

const DRAW: Record<ThingKind, (id: string) => string> = { book, mug, plant, cable, slippers, magazine };
