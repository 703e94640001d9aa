import * as z from 'zod/mini';

/** A garment on one of the operator's models. `garment`: asked by aiart; MPS sees for itself. */
export const tryOnParams = z.strictObject({
  garment: z._default(z.enum(['upper', 'lower', 'dress']), 'upper'),
  gender: z._default(z.enum(['female', 'male']), 'female'),
  scene: z._default(z.enum(['street', 'studio', 'indoor']), 'street'),
  pose: z.int().check(z.minimum(0), z.maximum(11)),
});

/** A film of a photo. vclm takes at most 200 characters. */
export const videoParams = z.strictObject({ requirements: z.optional(z.string().check(z.maxLength(200))) });

/** A new background for a product. aiart takes at most 256 characters of description and 50 of the product's name. */
export const backgroundParams = z.strictObject({
  background: z.optional(z.string().check(z.maxLength(256))),
  product: z.optional(z.string().check(z.maxLength(50))),
  size: z._default(z.enum(['square', 'portrait', 'landscape']), 'square'),
});

/** 数据万象 knows 2 and 4 alone. */
export const upscaleParams = z.strictObject({ magnify: z._default(z.enum(['2', '4']), '2') });

/** What the mask's white covers is drawn anew: the mask is a picture of the photo's size. */
export const repairParams = z.strictObject({});
