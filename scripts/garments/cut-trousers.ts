import { fanOfFolds, fansOnBothSides } from './add-folds.ts';
import type { CutPattern, Mark, Piece } from './garment-pattern.ts';
import { bothHalves, flipped, nudged, type OutlinePoint } from './outline.ts';

const CLOTH = '#2f4468';
const THREAD = '#b98a4e';
const SEAM = '#1d2b45';

const LEG: OutlinePoint[] = [
  [-4, -372, 'corner'],
  [176, -388, 'corner'],
  [206, -270],
  [216, -120],
  [206, 120],
  [198, 330],
  [201, 444, 'corner'],
  [140, 453],
  [74, 450, 'corner'],
  [58, 250],
  [34, 20],
  [6, -112, 'corner'],
  [-6, -240],
];
const WAISTBAND: OutlinePoint[] = [
  [0, -402],
  [90, -410],
  [178, -425, 'corner'],
  [182, -384, 'corner'],
  [90, -368],
  [0, -361],
];
const POCKET: OutlinePoint[] = [
  [84, -370],
  [98, -318],
  [140, -282],
  [203, -272],
];

/** Five-pocket jeans with a turned waistband and orange seams. */
export const cutTrousers: CutPattern = (random) => {
  const piece = (outline: OutlinePoint[], level: number, more: Partial<Piece> = {}): Piece => ({
    outline: nudged(outline, random, 4),
    colour: CLOTH,
    level,
    weave: 'denim',
    grainDegrees: 0,
    ...more,
  });
  const loop = (x: number, y: number): Piece =>
    piece(
      [
        [x - 7, y - 26, 'corner'],
        [x + 7, y - 26, 'corner'],
        [x + 7, y + 26, 'corner'],
        [x - 7, y + 26, 'corner'],
      ],
      245,
    );
  const pieces = [
    piece(
      bothHalves([
        [0, -428],
        [100, -432],
        [172, -438, 'corner'],
        [176, -380, 'corner'],
        [0, -368],
      ]),
      90,
      { colour: '#55637c', weave: 'denim' },
    ),
    piece(flipped(LEG), 160, { grainDegrees: 3 }),
    piece(LEG, 178, { grainDegrees: -3 }),
    piece([...POCKET, [198, -320], [180, -384, 'corner'], [120, -372]], 165, { colour: '#293d5f' }),
    piece(flipped([...POCKET, [198, -320], [180, -384, 'corner'], [120, -372]]), 165, { colour: '#293d5f' }),
    piece(bothHalves(WAISTBAND), 215, { grainDegrees: 90 }),
    loop(112, -392),
    loop(-112, -392),
    piece(
      [
        [64, -386, 'corner'],
        [86, -390, 'corner'],
        [87, -376, 'corner'],
        [66, -372, 'corner'],
      ],
      225,
      { colour: '#7a4c2b', weave: 'plain' },
    ),
  ];
  const stitch = (line: OutlinePoint[]): Mark => ({ line, kind: 'stitch', width: 2.3, colour: THREAD });
  const seam = (line: OutlinePoint[]): Mark => ({ line, kind: 'seam', width: 4, colour: SEAM });
  const inner: OutlinePoint[] = [
    [70, 440],
    [66, 250],
    [42, 24],
    [14, -108],
  ];
  const outer: OutlinePoint[] = [
    [192, -262],
    [203, -120],
    [194, 120],
    [187, 330],
    [190, 440],
  ];
  const hem: OutlinePoint[] = [
    [74, 430],
    [138, 433],
    [200, 424],
  ];
  const lower = POCKET.map(([x, y]): OutlinePoint => [x - 2, y + 8]);
  const marks = [
    ...[POCKET, flipped(POCKET)].map(seam),
    ...[POCKET, flipped(POCKET), lower, flipped(lower)].map(([first, ...rest]) => stitch([first!, ...rest])),
    ...[inner, flipped(inner), hem, flipped(hem)].map(stitch),
    ...[outer, flipped(outer)].map(seam),
    seam([
      [-4, -362],
      [-6, -240],
      [4, -112],
    ]),
    stitch([
      [-12, -360],
      [-13, -240],
      [-2, -122],
    ]),
    stitch([
      [46, -362],
      [46, -270],
      [34, -212],
      [2, -180],
    ]),
    stitch([
      [40, -362],
      [40, -272],
      [29, -217],
      [2, -187],
    ]),
    stitch([
      [-180, -391],
      [-90, -375],
      [0, -368],
      [90, -375],
      [180, -391],
    ]),
    stitch([
      [-176, -417],
      [-90, -403],
      [0, -396],
      [90, -403],
      [176, -417],
    ]),
    { line: [[14, -382]], kind: 'button', width: 19, colour: '#6e727a' } satisfies Mark,
    { line: [[178, -298]], kind: 'button', width: 7, colour: '#6e727a' } satisfies Mark,
    { line: [[-178, -298]], kind: 'button', width: 7, colour: '#6e727a' } satisfies Mark,
  ];
  const folds = [
    ...fansOnBothSides(random, { x: 20, y: -130, spread: 26, degrees: -25, turn: 30, length: 170, count: 5 }),
    ...fansOnBothSides(random, { x: 120, y: 90, spread: 50, degrees: 5, turn: 35, length: 120, count: 7 }),
    ...fansOnBothSides(random, { x: 135, y: 380, spread: 34, degrees: 10, turn: 25, length: 100, count: 5 }),
    ...fansOnBothSides(random, { x: 130, y: -100, spread: 60, degrees: 85, turn: 20, length: 260, count: 3 }),
    ...fanOfFolds(random, { x: 0, y: -320, spread: 90, degrees: 90, turn: 40, length: 80, count: 5 }),
  ];
  return { pieces, marks, folds, crumple: 1.1 };
};
