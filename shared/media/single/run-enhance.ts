import { decodePhoto } from '../decode-photo.ts';
import { enhancePhoto } from '../enhance-photo.ts';
import { oneInput, type RunProcessor } from '../processor.ts';

/** The whole photo, a little cleaner. */
export const runEnhance: RunProcessor<object> = async ({ inputs }) => {
  const pixels = await decodePhoto(oneInput(inputs, 'photo'));
  const { width, height } = pixels;
  const bytes = await enhancePhoto(pixels);
  return [{ name: 'enhanced.jpg', contentType: 'image/jpeg', bytes, width, height, flags: [] }];
};
