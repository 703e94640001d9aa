import type { OutlinePoint } from './outline.ts';
import type { RandomStream } from './random-stream.ts';

export type GarmentKind = 't-shirt' | 'hoodie' | 'dress' | 'trousers' | 'plaid-shirt';

export type Weave = 'jersey' | 'heather' | 'rib' | 'collar' | 'dots' | 'denim' | 'plaid' | 'plain';

/** One cut of cloth; later pieces lie on earlier ones. */
export interface Piece {
  outline: readonly OutlinePoint[];
  colour: string;
  /** How far it lies above the ground, 0…255. */
  level: number;
  weave: Weave;
  /** Clockwise from upright: the way its threads run. */
  grainDegrees: number;
}

/** A line on the cloth. Seams are sunk in, stitches are dashes of thread, cords lie on top. */
export interface Mark {
  line: readonly OutlinePoint[];
  kind: 'seam' | 'stitch' | 'cord' | 'button';
  width: number;
  colour: string;
}

/** A crease: a ridge from a point along a direction. */
export interface Fold {
  x: number;
  y: number;
  degrees: number;
  length: number;
  width: number;
  /** Negative: a valley. */
  height: number;
}

/** A garment as it is laid out; all lengths are thousandths of the picture's width, from the garment's middle. */
export interface GarmentPattern {
  pieces: Piece[];
  marks: Mark[];
  folds: Fold[];
  /** Depth of the cloth's small wrinkles: 1 is cotton. */
  crumple: number;
}

export type CutPattern = (random: RandomStream) => GarmentPattern;
