import { MARKED_GARMENT, MARKED_GROUND } from './draw-marks.ts';

/** Steps of colour (sum over R, G, B of 0…255) that cost nothing: cloth has noise and soft shadows. */
const FREE_STEP = 7;
/** What a pixel of way costs besides, in the same units: a stroke reaches some 300 pixels over an even cloth. */
const PIXEL_COST = 0.4;
/** As far as a stroke reaches. A seam or a fold costs 20 to 60, the edge of a garment 150 and more. */
const REACH = 110;
/** A brush that slips over the edge shall not take in the ground: what the cut left out is added within 20 pixels only. */
const ADDED_PIXEL_COST = 5;
/** Costs are counted in fifths. */
const PARTS = 5;

/**
 * What strokes say of the pixels around them. Both kinds grow at once, each over the pixels that it can reach without
 * crossing an edge of colour (geodesic distance: a step costs what the colour changes by); the nearer one has a pixel.
 * Others keep what `mask` says.
 */
export function growStrokes(
  rgb: Uint8Array,
  width: number,
  height: number,
  marked: Uint8Array,
  mask: Uint8Array,
): Uint8Array {
  const limit = REACH * PARTS;
  const distance = new Uint16Array(mask.length).fill(limit);
  const owner = new Uint8Array(mask.length);
  const rings: number[][] = Array.from({ length: limit }, () => []);
  for (let at = 0; at < mask.length; at++) {
    if (marked[at] !== MARKED_GARMENT && marked[at] !== MARKED_GROUND) continue;
    distance[at] = 0;
    owner[at] = marked[at]!;
    rings[0]!.push(at);
  }
  const stepCost = (from: number, to: number, way: number): number => {
    let change = 0;
    for (let c = 0; c < 3; c++) change += Math.abs(rgb[from * 3 + c]! - rgb[to * 3 + c]!);
    return Math.round((Math.max(0, change - FREE_STEP) + way) * PARTS);
  };
  for (let cost = 0; cost < limit; cost++) {
    const ring = rings[cost]!;
    for (const at of ring) {
      if (distance[at] !== cost) continue;
      const x = at % width;
      const y = (at - x) / width;
      for (const to of [
        x > 0 ? at - 1 : -1,
        x < width - 1 ? at + 1 : -1,
        y > 0 ? at - width : -1,
        y < height - 1 ? at + width : -1,
      ]) {
        if (to < 0) continue;
        const isAdded = owner[at] === MARKED_GARMENT && !mask[to];
        const far = cost + stepCost(at, to, isAdded ? ADDED_PIXEL_COST : PIXEL_COST);
        if (far >= distance[to]!) continue;
        distance[to] = far;
        owner[to] = owner[at]!;
        rings[far]!.push(to);
      }
    }
    rings[cost] = [];
  }
  return mask.map((on, at) => (owner[at] === MARKED_GARMENT ? 1 : owner[at] === MARKED_GROUND ? 0 : on));
}
