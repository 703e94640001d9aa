import * as z from 'zod/mini';

const centimetres = z.optional(z.number().check(z.minimum(1), z.maximum(300)));

export const FRAME_NAMES = [
  ...(['01-white', '02-studio', '03-sand', '04-arch', '05-upper-detail', '06-side-detail'] as const),
  ...(['07-hem-detail', '08-fabric', '09-pair', '10-colours', '11-size', '12-tone'] as const),
] as const;
export type FrameName = (typeof FRAME_NAMES)[number];

/** Sizes are drawn only when the merchant typed them: nothing is measured from a photo. */
export const storyboardParams = z.object({
  /** `auto` looks for skin in the cut-out. Worn garments are never tilted or doubled. */
  wearing: z._default(z.enum(['auto', 'flat', 'worn']), 'auto'),
  /** Only these, in their usual order: a retry makes what is missing. */
  frames: z.optional(z.array(z.enum(FRAME_NAMES)).check(z.minLength(1), z.maxLength(12))),
  widthCm: centimetres,
  lengthCm: centimetres,
});
export type StoryboardParams = z.infer<typeof storyboardParams>;
