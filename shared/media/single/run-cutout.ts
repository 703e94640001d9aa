import { decodePhoto } from '../decode-photo.ts';
import { encodeCutout } from '../encode-cutout.ts';
import { oneInput, type RunProcessor } from '../processor.ts';
import type { MarkedParams } from './marked-params.ts';

/** The garment on transparency, as large as the photo (long side ≤ 4096). */
export const runCutout: RunProcessor<MarkedParams> = async ({ inputs, params, limitMs }, { cutout }) => {
  const pixels = await decodePhoto(oneInput(inputs, 'photo'));
  const cut = await cutout.cutOut(pixels, { ...params, ...(limitMs !== undefined && { timeoutMs: limitMs }) });
  const { width, height } = cut;
  return [{ name: 'cutout.png', contentType: 'image/png', bytes: await encodeCutout(cut), width, height, flags: [] }];
};
