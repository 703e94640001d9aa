import { basicClean } from '../../../shared/media/basic-clean.ts';
import { drawSample, sampleGarments } from '../../garments/draw-garment.ts';
import { withCutout } from '../../quality/with-cutout.ts';
import { cpuOfProcesses } from './measure-costs.ts';

/** CPU of one photo's basic clean-up, all processes, on the sample garments; milliseconds of one core. */
export async function measureImage(): Promise<number> {
  const photos = await Promise.all(
    sampleGarments()
      .slice(0, 3)
      .map((sample) => drawSample(sample)),
  );
  return withCutout(async (cutout) => {
    // Starting the cut-out's process and loading its model is a cold start, not a photo.
    await basicClean(photos[0]!, cutout);
    let n = 0;
    return cpuOfProcesses(() => basicClean(photos[n++ % photos.length]!, cutout), 2 * photos.length);
  });
}
