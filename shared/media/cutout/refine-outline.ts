import {
  applyAlpha,
  fitAlpha,
  type GuideStatistics,
  guideStatistics,
  type LinearAlpha,
  product,
} from './guided-filter.ts';
import { becomeBoxMean, boxMean, enlarge, type Plane, type PlaneRoom, planeRoom } from './resample.ts';

/** What the full-size pass needs to know, at the middle size. */
export interface Outline {
  /** Alpha as a function of colour. */
  fit: LinearAlpha;
  /** 0…1: how much of the outline the colours explain; where they do not, `shape` decides. */
  trust: Plane;
  /** The smoothed outline: 0 outside, 1 inside. */
  shape: Plane;
}

/** Variance of colour under which a window is flat: about 2.5 levels of 255. */
const SMOOTHNESS = 1e-4;
/** Shares of the mask's local variance that the colours must explain to be heard, and to decide alone. */
const NO_TRUST = 0.15;
const FULL_TRUST = 0.5;
/** How far the outline may move, in pixels of the small mask. */
const REACH = 2.4;

export const clamp01 = (value: number): number => Math.max(0, Math.min(1, value));
/** Stretches around the outline, which lies a little inside one half: a mixed pixel is better lost than kept. */
export const steepen = (value: number, factor: number): number => clamp01((value - 0.53) * factor + 0.5);

/**
 * Moves the small mask's outline onto the colour edge near it. Two rounds with a window as wide as the small
 * mask can be wrong, then a narrow one to draw the edge.
 */
export function refineOutline(mask: Plane, guide: readonly [Plane, Plane, Plane]): Outline {
  const { width, height } = guide[0];
  const scale = Math.max(1, width / mask.width);
  const wide = Math.max(2, Math.round(REACH * scale));
  const rough = becomeBoxMean(enlarge(mask, width, height), Math.round(scale / 2));
  const start = becomeBoxMean(rough, Math.round(scale / 2));
  const narrow = Math.max(2, Math.round(wide / 2));
  // A round needs nothing of the one before but its shape, of which its mask is made: they share their memory.
  const [statistics, round] = [planeRoom(width * height), planeRoom(width * height)];
  const colours = guideStatistics(guide, wide, statistics);
  const first = settle(start, guide, colours, round);
  const second = settle(becomeBoxMean(threshold(first.shape), 1), guide, colours, round);
  const last = becomeBoxMean(threshold(second.shape), 1);
  statistics.clear();
  return settle(last, guide, guideStatistics(guide, narrow, statistics), round);
}

function settle(
  mask: Plane,
  guide: readonly [Plane, Plane, Plane],
  colours: GuideStatistics,
  room: PlaneRoom,
): Outline {
  room.clear();
  const fit = fitAlpha(guide, colours, mask, SMOOTHNESS, room);
  const alpha = applyAlpha(guide, fit, room);
  const trust = explained(mask, alpha, colours.radius, room);
  const shape = { ...mask, data: room.take() };
  for (let i = 0; i < shape.data.length; i++) {
    const t = trust.data[i]!;
    shape.data[i] = t * steepen(alpha.data[i]!, 1.5) + (1 - t) * mask.data[i]!;
  }
  return { fit, trust, shape };
}

/** How much of the mask's local variance the fit explains (R²), as trust. */
function explained(mask: Plane, alpha: Plane, radius: number, room: PlaneRoom): Plane {
  const data = room.take();
  for (let i = 0; i < data.length; i++) data[i] = (mask.data[i]! - alpha.data[i]!) ** 2;
  const error = becomeBoxMean({ ...mask, data }, radius).data;
  const mean = boxMean(mask, radius, room.take()).data;
  const square = becomeBoxMean(product(mask, mask, room.take()), radius).data;
  for (let i = 0; i < data.length; i++) {
    const variance = square[i]! - mean[i]! * mean[i]!;
    data[i] = variance < 1e-4 ? 0 : clamp01((1 - error[i]! / variance - NO_TRUST) / (FULL_TRUST - NO_TRUST));
  }
  return { ...mask, data };
}

function threshold(plane: Plane): Plane {
  const smooth = boxMean(plane, 1);
  for (let i = 0; i < smooth.data.length; i++) smooth.data[i] = smooth.data[i]! > 0.5 ? 1 : 0;
  return smooth;
}
