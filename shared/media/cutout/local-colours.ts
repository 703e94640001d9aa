import { boxMean, type Plane } from './resample.ts';

type Rgb = readonly [Plane, Plane, Plane];

/** The mean colour nearby of what is surely on one side of the outline. */
export type LocalColours = Rgb;

/** Windows in pixels of the middle size; the wide one serves where the near one holds nothing sure. */
const NEAR = 5;
const FAR = 24;

/** `side` is 1 for the garment, 0 for the ground. */
export function localColours(guide: Rgb, shape: Plane, side: 0 | 1): LocalColours {
  // Two pixels away from the outline no pixel is a mixture any more.
  const settled = boxMean(shape, 2).data;
  const weight = { ...shape, data: settled.map((value) => ((side ? value > 0.98 : value < 0.02) ? 1 : 0)) };
  const near = boxMean(weight, NEAR).data;
  const far = boxMean(weight, FAR).data;
  const mean = (plane: Plane): Plane => {
    const weighted = { ...plane, data: plane.data.map((value, i) => value * weight.data[i]!) };
    const nearSum = boxMean(weighted, NEAR).data;
    const farSum = boxMean(weighted, FAR).data;
    const data = plane.data.map((value, i) => {
      if (near[i]! > 0.02) return nearSum[i]! / near[i]!;
      return far[i]! > 0.001 ? farSum[i]! / far[i]! : value;
    });
    return { ...plane, data };
  };
  return [mean(guide[0]), mean(guide[1]), mean(guide[2])];
}
