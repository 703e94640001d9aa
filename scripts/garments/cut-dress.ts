import { fanOfFolds, fansOnBothSides } from './add-folds.ts';
import type { CutPattern, Fold, Mark, Piece } from './garment-pattern.ts';
import { bothHalves, flipped, nudged, type OutlinePoint } from './outline.ts';
import type { RandomStream } from './random-stream.ts';
import { between } from './seeded-random.ts';

const CLOTH = '#b8403c';
const THREAD = '#8b2b2a';

const NECK: OutlinePoint[] = [
  [0, -262, 'corner'],
  [50, -340],
  [84, -430, 'corner'],
];
const BODICE: OutlinePoint[] = [
  [178, -398, 'corner'],
  [170, -330],
  [182, -262, 'corner'],
  [166, -170],
  [150, -60, 'corner'],
  [70, -52],
  [0, -50],
];
const SLEEVE: OutlinePoint[] = [
  [168, -402, 'corner'],
  [226, -372],
  [272, -300],
  [290, -236, 'corner'],
  [248, -214],
  [196, -208, 'corner'],
  [186, -250],
  [164, -330],
];
const SKIRT: OutlinePoint[] = [
  [0, -62],
  [74, -64],
  [151, -72, 'corner'],
  [196, 60],
  [248, 240],
  [292, 420, 'corner'],
  [240, 446],
  [180, 440],
  [120, 458],
  [60, 450],
  [0, 462],
];

/** A dotted summer dress: short sleeves, a row of buttons down to the waist, a gathered skirt. */
export const cutDress: CutPattern = (random) => {
  const piece = (outline: OutlinePoint[], level: number, more: Partial<Piece> = {}): Piece => ({
    outline: nudged(outline, random, 5),
    colour: CLOTH,
    level,
    weave: 'dots',
    grainDegrees: 0,
    ...more,
  });
  const edge: OutlinePoint[] = [
    [0, -236, 'corner'],
    [66, -330],
    [103, -424, 'corner'],
  ];
  const collar = [...edge, ...[...NECK].reverse()];
  const pieces = [
    piece(bothHalves([[0, -432], ...[...NECK].reverse()]), 90, { colour: '#8a2f2d', weave: 'jersey' }),
    piece(
      bothHalves([
        [0, -424],
        [15, -424, 'corner'],
        [14, -402, 'corner'],
        [0, -401],
      ]),
      100,
      { colour: '#e3ded2', weave: 'plain' },
    ),
    piece(SLEEVE, 150, { grainDegrees: -38 }),
    piece(flipped(SLEEVE), 150, { grainDegrees: 38 }),
    piece(bothHalves(SKIRT), 160),
    piece(bothHalves([...NECK, ...BODICE]), 180),
    piece(collar, 225, { weave: 'plain', colour: '#ad3a37' }),
    piece(flipped(collar), 222, { weave: 'plain', colour: '#ad3a37' }),
    piece(
      bothHalves([
        [0, -76],
        [152, -84, 'corner'],
        [152, -50, 'corner'],
        [0, -42],
      ]),
      215,
      { weave: 'plain', colour: '#ad3a37' },
    ),
  ];
  const line = (points: OutlinePoint[], kind: Mark['kind'], width: number): Mark => ({
    line: points,
    kind,
    width,
    colour: THREAD,
  });
  const armhole: OutlinePoint[] = [
    [176, -396],
    [168, -330],
    [181, -264],
  ];
  const cuff: OutlinePoint[] = [
    [286, -252],
    [246, -230],
    [196, -222],
  ];
  const hem = SKIRT.slice(5).map(([x, y]): OutlinePoint => [x * 0.985, y - 15]);
  const marks = [
    ...[armhole, flipped(armhole)].map((points) => line(points, 'seam', 4)),
    ...[cuff, flipped(cuff), hem, flipped(hem)].map((points) => line(points, 'stitch', 2)),
    line(
      [
        [13, -232],
        [13, -160],
        [12, -78],
      ],
      'seam',
      2.4,
    ),
    line(
      [
        [-13, -232],
        [-13, -160],
        [-12, -78],
      ],
      'stitch',
      2,
    ),
    ...[-205, -163, -121].map(
      (y): Mark => ({ line: [[between(random, -2, 2), y]], kind: 'button', width: 15, colour: '#efe6d4' }),
    ),
  ];
  const folds = [
    ...gathers(random),
    ...fansOnBothSides(random, { x: 165, y: -250, spread: 20, degrees: 150, turn: 30, length: 150, count: 4 }),
    ...fansOnBothSides(random, { x: 120, y: -90, spread: 26, degrees: -100, turn: 24, length: 110, count: 4 }),
    ...fanOfFolds(random, { x: 0, y: 250, spread: 170, degrees: 50, turn: 70, length: 170, count: 6 }),
  ];
  return { pieces, marks, folds, crumple: 0.75 };
};

/** Short folds crowd under the waistband; some run on, fanning out to the hem. */
function gathers(random: RandomStream): Fold[] {
  return Array.from({ length: 26 }, (_, i) => {
    const place = (i / 25 - 0.5) * 2 + between(random, -0.03, 0.03);
    const long = i % 3 === 0;
    return {
      x: place * 140,
      y: -52 + between(random, -6, 10),
      degrees: 90 - place * between(random, 12, 20),
      length: long ? between(random, 360, 520) : between(random, 70, 210),
      width: long ? between(random, 13, 24) : between(random, 5, 9),
      height: long ? between(random, 9, 17) : between(random, 4, 8),
    };
  });
}
