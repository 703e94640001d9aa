import * as z from 'zod/mini';
import { drawableText } from '../lettering/drawable-text.ts';

/** A text or a logo (the input `logo`), at one of nine places or repeated all over. */
export const watermarkParams = z.object({
  text: z._default(drawableText(32), ''),
  place: z._default(
    z.enum([
      ...(['top-left', 'top', 'top-right', 'left', 'centre', 'right'] as const),
      ...(['bottom-left', 'bottom', 'bottom-right', 'tiled'] as const),
    ]),
    'bottom-right',
  ),
  opacity: z._default(z.number().check(z.minimum(0.1), z.maximum(1)), 0.7),
  /** Its width as a share of the picture's. */
  scale: z._default(z.number().check(z.minimum(0.05), z.maximum(0.6)), 0.18),
});
export type WatermarkParams = z.infer<typeof watermarkParams>;
