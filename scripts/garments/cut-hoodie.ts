import { fanOfFolds, fansOnBothSides } from './add-folds.ts';
import type { CutPattern, Mark, Piece } from './garment-pattern.ts';
import { bothHalves, flipped, nudged, type OutlinePoint } from './outline.ts';

const CLOTH = '#55623f';
const RIB = '#4a5636';
const THREAD = '#3b452b';

const HOOD: OutlinePoint[] = [
  [0, -440],
  [70, -434],
  [128, -396],
  [150, -330],
  [132, -262, 'corner'],
  [70, -215],
  [0, -196],
];
const OPENING: OutlinePoint[] = [
  [0, -392],
  [52, -384],
  [84, -342],
  [72, -282],
  [34, -240],
  [0, -226],
];
const BODY: OutlinePoint[] = [
  [0, -280],
  [120, -296, 'corner'],
  [238, -252],
  [246, -120],
  [240, 100],
  [238, 300],
  [232, 352, 'corner'],
  [110, 360],
  [0, 361],
];
const WAIST: OutlinePoint[] = [
  [0, 350],
  [110, 349],
  [233, 341, 'corner'],
  [222, 392],
  [224, 418, 'corner'],
  [110, 427],
  [0, 428],
];
const SLEEVE: OutlinePoint[] = [
  [178, -283, 'corner'],
  [262, -246],
  [316, -150],
  [356, 30],
  [388, 236, 'corner'],
  [340, 256],
  [292, 258, 'corner'],
  [268, 110],
  [236, -60],
  [214, -150],
];
const CUFF: OutlinePoint[] = [
  [386, 230, 'corner'],
  [378, 270],
  [384, 314, 'corner'],
  [346, 326],
  [310, 324, 'corner'],
  [308, 290],
  [296, 252, 'corner'],
  [340, 248],
];
const POCKET: OutlinePoint[] = [
  [0, 118],
  [92, 116, 'corner'],
  [130, 170],
  [166, 236, 'corner'],
  [168, 342, 'corner'],
  [0, 348],
];

/** A fleece hoodie with a kangaroo pocket; its hood lies open above the shoulders. */
export const cutHoodie: CutPattern = (random) => {
  const piece = (outline: OutlinePoint[], level: number, more: Partial<Piece> = {}): Piece => ({
    outline: nudged(outline, random, 4),
    colour: CLOTH,
    level,
    weave: 'heather',
    grainDegrees: 0,
    ...more,
  });
  const rib = { colour: RIB, weave: 'rib' } as const;
  const pieces = [
    piece(bothHalves(BODY), 150),
    piece(bothHalves(WAIST), 165, rib),
    piece(bothHalves(POCKET), 182),
    piece(CUFF, 175, { ...rib, grainDegrees: -8 }),
    piece(flipped(CUFF), 175, { ...rib, grainDegrees: 8 }),
    piece(SLEEVE, 205, { grainDegrees: -10 }),
    piece(flipped(SLEEVE), 205, { grainDegrees: 10 }),
    piece(bothHalves(HOOD), 235, { grainDegrees: 12 }),
    piece(bothHalves(OPENING), 120, { colour: '#3a432c', weave: 'jersey' }),
  ];
  const seam = (line: OutlinePoint[]): Mark => ({ line, kind: 'seam', width: 4, colour: THREAD });
  const stitch = (line: OutlinePoint[]): Mark => ({ line, kind: 'stitch', width: 2.4, colour: THREAD });
  const pocketSide: OutlinePoint[] = [
    [86, 126],
    [122, 178],
    [157, 240],
  ];
  const mouth: OutlinePoint[] = [
    [42, -404],
    [98, -350],
    [84, -276],
    [42, -228],
    [0, -212],
  ];
  const cord = (line: OutlinePoint[]): Mark => ({ line, kind: 'cord', width: 9, colour: '#2e3526' });
  const eyelet = (line: OutlinePoint[]): Mark => ({ line, kind: 'button', width: 15, colour: '#77725f' });
  const marks = [
    ...[pocketSide, flipped(pocketSide), mouth, flipped(mouth)].map(stitch),
    seam([
      [-168, 342],
      [0, 348],
      [168, 342],
    ]),
    seam([
      [-232, 348],
      [0, 357],
      [232, 348],
    ]),
    seam([
      [0, -430],
      [3, -414],
      [1, -392],
    ]),
    seam([
      [-90, 117],
      [0, 119],
      [90, 117],
    ]),
    eyelet([[34, -214]]),
    eyelet([[-34, -213]]),
    cord([
      [34, -212],
      [42, -150],
      [30, -84],
      [46, -22],
    ]),
    cord([
      [-34, -211],
      [-36, -140],
      [-50, -70],
      [-40, 10],
    ]),
    {
      ...cord([
        [46, -24],
        [48, -6],
      ]),
      width: 12,
      colour: '#1f241a',
    },
    {
      ...cord([
        [-40, 8],
        [-38, 26],
      ]),
      width: 12,
      colour: '#1f241a',
    },
  ];
  const folds = [
    ...fansOnBothSides(random, { x: 210, y: -130, spread: 28, degrees: 130, turn: 30, length: 210, count: 4 }),
    ...fansOnBothSides(random, { x: 300, y: 40, spread: 60, degrees: 160, turn: 35, length: 110, count: 7 }),
    ...fansOnBothSides(random, { x: 345, y: 200, spread: 22, degrees: 175, turn: 20, length: 80, count: 4 }),
    ...fanOfFolds(random, { x: 0, y: 20, spread: 160, degrees: 80, turn: 45, length: 230, count: 6 }),
    ...fanOfFolds(random, { x: 0, y: 320, spread: 190, degrees: -90, turn: 14, length: 90, count: 10 }),
    ...fansOnBothSides(random, { x: 110, y: -300, spread: 24, degrees: 80, turn: 40, length: 110, count: 4 }),
  ];
  return { pieces, marks, folds, crumple: 1.25 };
};
