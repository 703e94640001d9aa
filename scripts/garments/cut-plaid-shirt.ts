import { fanOfFolds, fansOnBothSides } from './add-folds.ts';
import type { CutPattern, Mark, Piece } from './garment-pattern.ts';
import { bothHalves, flipped, nudged, type OutlinePoint } from './outline.ts';
import { between } from './seeded-random.ts';

const CLOTH = '#9c2f33';
const THREAD = '#5b1d25';
const INSIDE = '#6a2429';

const BODY: OutlinePoint[] = [
  [0, -330],
  [70, -378, 'corner'],
  [150, -366],
  [228, -322, 'corner'],
  [222, -220],
  [230, -120, 'corner'],
  [224, 120],
  [232, 320, 'corner'],
  [200, 356],
  [120, 398],
  [0, 412],
];
const SLEEVE: OutlinePoint[] = [
  [212, -332, 'corner'],
  [276, -280],
  [326, -150],
  [356, 40],
  [374, 222, 'corner'],
  [332, 236],
  [290, 234, 'corner'],
  [272, 90],
  [250, -40],
  [226, -136, 'corner'],
  [214, -230],
];
const CUFF: OutlinePoint[] = [
  [378, 212, 'corner'],
  [384, 286, 'corner'],
  [338, 298],
  [292, 296, 'corner'],
  [287, 226, 'corner'],
  [332, 228],
];
const COLLAR: OutlinePoint[] = [
  [2, -318, 'corner'],
  [44, -372],
  [72, -414, 'corner'],
  [104, -376],
  [122, -318, 'corner'],
  [74, -268, 'corner'],
  [34, -292],
];

/** A flannel shirt: pointed collar, button placket, chest pocket, long sleeves. */
export const cutPlaidShirt: CutPattern = (random) => {
  const piece = (outline: OutlinePoint[], level: number, more: Partial<Piece> = {}): Piece => ({
    outline: nudged(outline, random, 4),
    colour: CLOTH,
    level,
    weave: 'plaid',
    grainDegrees: 0,
    ...more,
  });
  const pocket: OutlinePoint[] = [
    [70, -170, 'corner'],
    [166, -174, 'corner'],
    [168, -84, 'corner'],
    [119, -58, 'corner'],
    [72, -80, 'corner'],
  ];
  const pieces = [
    piece(bothHalves(BODY), 150),
    piece(SLEEVE, 185, { grainDegrees: -10 }),
    piece(flipped(SLEEVE), 185, { grainDegrees: 10 }),
    piece(CUFF, 205, { grainDegrees: 84 }),
    piece(flipped(CUFF), 205, { grainDegrees: -84 }),
    piece(pocket, 178, { grainDegrees: 1.5 }),
    piece(
      [
        [-20, -322, 'corner'],
        [20, -322, 'corner'],
        [21, 0],
        [19, 410, 'corner'],
        [-18, 411, 'corner'],
        [-19, 0],
      ],
      180,
    ),
    piece(
      bothHalves([
        [0, -408],
        [72, -416, 'corner'],
        [40, -368],
        [0, -318, 'corner'],
      ]),
      110,
      { colour: INSIDE, weave: 'jersey' },
    ),
    piece(
      bothHalves([
        [0, -404],
        [14, -404, 'corner'],
        [14, -384, 'corner'],
        [0, -383],
      ]),
      120,
      { colour: '#ded8ca', weave: 'plain' },
    ),
    piece(COLLAR, 235, { grainDegrees: -38 }),
    piece(flipped(COLLAR), 230, { grainDegrees: 38 }),
  ];
  const stitch = (line: OutlinePoint[]): Mark => ({ line, kind: 'stitch', width: 2, colour: THREAD });
  const seam = (line: OutlinePoint[]): Mark => ({ line, kind: 'seam', width: 4, colour: THREAD });
  const armhole: OutlinePoint[] = [
    [226, -320],
    [218, -224],
    [228, -124],
  ];
  const yoke: OutlinePoint[] = [
    [104, -296],
    [160, -290],
    [220, -280],
  ];
  const cuffSeam: OutlinePoint[] = [
    [376, 222],
    [332, 236],
    [290, 234],
  ];
  const collarEdge: OutlinePoint[] = [
    [114, -318],
    [76, -277],
    [38, -298],
    [8, -318],
  ];
  const button = (x: number, y: number, width = 15): Mark => ({
    line: [[x, y]],
    kind: 'button',
    width,
    colour: '#e9e2d2',
  });
  const marks = [
    ...[armhole, flipped(armhole), yoke, flipped(yoke), cuffSeam, flipped(cuffSeam)].map(seam),
    ...[collarEdge, flipped(collarEdge)].map(stitch),
    stitch([
      [14, -316],
      [15, 0],
      [13, 408],
    ]),
    stitch([
      [-14, -316],
      [-13, 0],
      [-12, 408],
    ]),
    stitch([
      [76, -164],
      [77, -83],
      [119, -64],
      [162, -87],
      [160, -166],
    ]),
    stitch([
      [-196, 346],
      [-118, 388],
      [0, 402],
      [118, 388],
      [196, 346],
    ]),
    seam([
      [70, -152],
      [167, -156],
    ]),
    ...[-282, -176, -70, 36, 142, 248, 346].map((y) => button(between(random, -2, 2), y)),
    { ...button(300, 268, 12), colour: '#4a2228' },
    { ...button(-300, 268, 12), colour: '#4a2228' },
  ];
  const folds = [
    ...fansOnBothSides(random, { x: 205, y: -120, spread: 26, degrees: 135, turn: 30, length: 230, count: 4 }),
    ...fansOnBothSides(random, { x: 305, y: 20, spread: 50, degrees: 160, turn: 35, length: 110, count: 8 }),
    ...fanOfFolds(random, { x: 100, y: 130, spread: 110, degrees: 80, turn: 40, length: 260, count: 5 }),
    ...fanOfFolds(random, { x: -100, y: 130, spread: 110, degrees: 100, turn: 40, length: 260, count: 5 }),
  ];
  return { pieces, marks, folds, crumple: 1.1 };
};
