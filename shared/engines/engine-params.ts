import * as z from 'zod/mini';

/** A garment on one of the operator's models. */
export const tryOnParams = z.strictObject({
  gender: z._default(z.enum(['female', 'male']), 'female'),
  scene: z._default(z.enum(['street', 'studio', 'indoor']), 'street'),
  pose: z.int().check(z.minimum(0), z.maximum(11)),
});

/** A film of a photo. vclm takes at most 200 characters. */
export const videoParams = z.strictObject({ requirements: z.optional(z.string().check(z.maxLength(200))) });
