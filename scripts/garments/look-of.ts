import { cutDress } from './cut-dress.ts';
import { cutHoodie } from './cut-hoodie.ts';
import { cutPlaidShirt } from './cut-plaid-shirt.ts';
import { cutTShirt } from './cut-t-shirt.ts';
import { cutTrousers } from './cut-trousers.ts';
import type { CutPattern, GarmentKind } from './garment-pattern.ts';
import type { GroundKind } from './ground.ts';
import type { Thing } from './things-around.ts';

/** What one kind of garment is photographed with. */
export interface Look {
  cut: CutPattern;
  ground: GroundKind;
  things: readonly Thing[];
  /** The room's light: factors of red, green and blue. */
  tint: readonly [number, number, number];
}

export const LOOKS: Record<GarmentKind, Look> = {
  't-shirt': {
    cut: cutTShirt,
    ground: 'oak',
    things: [
      { kind: 'book', x: -440, y: 592, degrees: -17 },
      { kind: 'mug', x: 440, y: -588, degrees: 30 },
      { kind: 'cable', x: 408, y: 560, degrees: 20 },
    ],
    tint: [1.03, 1, 0.95],
  },
  hoodie: {
    cut: cutHoodie,
    ground: 'sheet',
    things: [
      { kind: 'magazine', x: -420, y: -620, degrees: 14 },
      { kind: 'cable', x: 420, y: -560, degrees: 160 },
      { kind: 'book', x: 480, y: 640, degrees: 24 },
    ],
    tint: [0.99, 1, 1.02],
  },
  dress: {
    cut: cutDress,
    ground: 'carpet',
    things: [
      { kind: 'slippers', x: 424, y: -560, degrees: 24 },
      { kind: 'plant', x: -500, y: -590, degrees: 40 },
      { kind: 'magazine', x: -500, y: 650, degrees: -12 },
    ],
    tint: [1.02, 1, 0.97],
  },
  trousers: {
    cut: cutTrousers,
    ground: 'tiles',
    things: [
      { kind: 'plant', x: 500, y: -620, degrees: 120 },
      { kind: 'slippers', x: -420, y: 560, degrees: -28 },
      { kind: 'mug', x: -452, y: -560, degrees: -120 },
    ],
    tint: [1.03, 1, 0.94],
  },
  'plaid-shirt': {
    cut: cutPlaidShirt,
    ground: 'bleached',
    things: [
      { kind: 'plant', x: -500, y: 620, degrees: -40 },
      { kind: 'magazine', x: 440, y: 652, degrees: 8 },
      { kind: 'mug', x: -430, y: -600, degrees: 200 },
    ],
    tint: [1, 1, 1.0],
  },
};
