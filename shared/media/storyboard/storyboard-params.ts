import * as z from 'zod/mini';

const centimetres = z.optional(z.number().check(z.minimum(1), z.maximum(300)));

/** Sizes are drawn only when the merchant typed them: nothing is measured from a photo. */
export const storyboardParams = z.object({
  /** `auto` looks for skin in the cut-out. Worn garments are never tilted or doubled. */
  wearing: z._default(z.enum(['auto', 'flat', 'worn']), 'auto'),
  widthCm: centimetres,
  lengthCm: centimetres,
});
export type StoryboardParams = z.infer<typeof storyboardParams>;
