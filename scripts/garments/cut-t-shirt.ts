import { fanOfFolds, fansOnBothSides } from './add-folds.ts';
import type { CutPattern, Mark, Piece } from './garment-pattern.ts';
import { bothHalves, flipped, nudged, type OutlinePoint } from './outline.ts';

const CLOTH = '#2c7f86';
const THREAD = '#1f666c';

const NECK: OutlinePoint[] = [
  [0, -272],
  [48, -284],
  [80, -320],
  [93, -372, 'corner'],
];
const FLANK: OutlinePoint[] = [
  [240, -316, 'corner'],
  [229, -225],
  [232, -128, 'corner'],
  [224, 60],
  [229, 250],
  [236, 394, 'corner'],
  [120, 402],
  [0, 403],
];
const SLEEVE: OutlinePoint[] = [
  [226, -322, 'corner'],
  [290, -281],
  [349, -190],
  [388, -92, 'corner'],
  [342, -58],
  [286, -30, 'corner'],
  [260, -84],
  [226, -140, 'corner'],
  [222, -230],
];
const COLLAR: OutlinePoint[] = [
  [0, -246],
  [58, -259],
  [101, -306],
  [115, -366, 'corner'],
];
const CUFF: OutlinePoint[] = [
  [380, -114],
  [336, -79],
  [276, -50],
];

/** A short-sleeved jersey shirt with a ribbed collar. */
export const cutTShirt: CutPattern = (random) => {
  const sleeve = (points: OutlinePoint[], grainDegrees: number): Piece => ({
    outline: nudged(points, random, 5),
    colour: CLOTH,
    level: 160,
    weave: 'jersey',
    grainDegrees,
  });
  const pieces: Piece[] = [
    {
      outline: bothHalves([[0, -380], ...[...NECK].reverse()]),
      colour: '#164a50',
      level: 90,
      weave: 'jersey',
      grainDegrees: 0,
    },
    {
      outline: bothHalves([
        [0, -382],
        [93, -375, 'corner'],
        [85, -352, 'corner'],
        [0, -358],
      ]),
      colour: '#226b72',
      level: 125,
      weave: 'rib',
      grainDegrees: 0,
    },
    {
      outline: bothHalves([
        [0, -352],
        [17, -352, 'corner'],
        [16, -333, 'corner'],
        [0, -332],
      ]),
      colour: '#cfcbc0',
      level: 118,
      weave: 'plain',
      grainDegrees: 0,
    },
    sleeve(SLEEVE, -36),
    sleeve(flipped(SLEEVE), 36),
    {
      outline: nudged(bothHalves([...NECK, ...FLANK]), random, 4),
      colour: CLOTH,
      level: 180,
      weave: 'jersey',
      grainDegrees: 0,
    },
    {
      outline: [...COLLAR, ...[...NECK].reverse(), ...flipped(NECK), ...flipped(COLLAR).reverse()],
      colour: '#27757c',
      level: 225,
      weave: 'collar',
      grainDegrees: 0,
    },
  ];
  const stitch = (line: OutlinePoint[]): Mark => ({ line, kind: 'stitch', width: 2.2, colour: THREAD });
  const seam = (line: OutlinePoint[]): Mark => ({ line, kind: 'seam', width: 4, colour: THREAD });
  const hem: OutlinePoint[] = [
    [-233, 370],
    [-120, 379],
    [0, 380],
    [120, 379],
    [231, 370],
  ];
  const armhole: OutlinePoint[] = [
    [238, -314],
    [227, -228],
    [231, -130],
  ];
  const marks = [
    stitch(hem),
    stitch(hem.map(([x, y]) => [x, y - 6])),
    ...[CUFF, flipped(CUFF)].map(stitch),
    ...[armhole, flipped(armhole)].map(seam),
    seam([...flipped(COLLAR).reverse(), ...COLLAR.slice(1)]),
  ];
  const folds = [
    ...fansOnBothSides(random, { x: 205, y: -120, spread: 26, degrees: 140, turn: 28, length: 240, count: 5 }),
    ...fansOnBothSides(random, { x: 320, y: -170, spread: 40, degrees: 60, turn: 25, length: 120, count: 3 }),
    ...fanOfFolds(random, { x: 0, y: 60, spread: 170, degrees: 75, turn: 50, length: 300, count: 9 }),
    ...fanOfFolds(random, { x: 0, y: 300, spread: 160, degrees: -80, turn: 25, length: 220, count: 5 }),
  ];
  return { pieces, marks, folds, crumple: 1 };
};
