import * as z from 'zod/mini';
import { drawableText } from '../lettering/drawable-text.ts';

export const videoFromImagesParams = z.object({
  size: z._default(z.enum(['720x960', '720x1280']), '720x960'),
  seconds: z._default(z.int().check(z.minimum(6), z.maximum(15)), 6),
  framesPerSecond: z._default(z.enum(['20', '25']), '25'),
  transition: z._default(z.enum(['fade', 'cut']), 'fade'),
  /** One for each picture, in order; empty: none. */
  captions: z._default(z.array(drawableText(24)).check(z.maxLength(12)), []),
});
export type VideoFromImagesParams = z.infer<typeof videoFromImagesParams>;
