import { product } from './guided-filter.ts';
import { becomeBoxMean, boxMean, type Plane } from './resample.ts';

type Rgb = readonly [Plane, Plane, Plane];

/** The mean colour nearby of what is surely on one side of the outline. */
export type LocalColours = Rgb;

/** Windows in pixels of the middle size; the wide one serves where the near one holds nothing sure. */
const NEAR = 5;
const FAR = 24;

/** `side` is 1 for the garment, 0 for the ground. */
export function localColours(guide: Rgb, shape: Plane, side: 0 | 1): LocalColours {
  // Two pixels away from the outline no pixel is a mixture any more.
  const weight = boxMean(shape, 2);
  for (let i = 0; i < weight.data.length; i++) {
    const settled = weight.data[i]!;
    weight.data[i] = (side ? settled > 0.98 : settled < 0.02) ? 1 : 0;
  }
  const near = boxMean(weight, NEAR).data;
  const far = boxMean(weight, FAR).data;
  const mean = (plane: Plane): Plane => {
    const weighted = product(plane, weight);
    const nearSum = boxMean(weighted, NEAR).data;
    const { data } = becomeBoxMean(weighted, FAR);
    for (let i = 0; i < data.length; i++) {
      if (near[i]! > 0.02) data[i] = nearSum[i]! / near[i]!;
      else data[i] = far[i]! > 0.001 ? data[i]! / far[i]! : plane.data[i]!;
    }
    return weighted;
  };
  return [mean(guide[0]), mean(guide[1]), mean(guide[2])];
}
