import * as z from 'zod/mini';
import { drawableText } from '../lettering/drawable-text.ts';

const line = (max: number) => z._default(drawableText(max), '');

/** Nothing is invented: what the merchant leaves empty does not stand on the poster. */
export const posterParams = z
  .object({
    layout: z._default(z.enum(['gallery', 'banner', 'stage']), 'gallery'),
    size: z._default(z.enum(['portrait', 'square', 'story']), 'portrait'),
    title: drawableText(40).check(z.minLength(1)),
    subtitle: line(60),
    /** Yuan; the old price is struck through and must be higher. */
    priceYuan: z.optional(z.number().check(z.minimum(0.01), z.maximum(999_999))),
    oldPriceYuan: z.optional(z.number().check(z.minimum(0.01), z.maximum(999_999))),
    points: z._default(z.array(drawableText(32).check(z.minLength(1))).check(z.maxLength(4)), []),
    badge: line(8),
    brand: line(24),
  })
  .check(
    z.refine(
      ({ priceYuan, oldPriceYuan }) =>
        oldPriceYuan === undefined || (priceYuan !== undefined && oldPriceYuan > priceYuan),
      {
        error: 'oldPriceYuan must be higher than priceYuan',
        path: ['oldPriceYuan'],
      },
    ),
  );
export type PosterParams = z.infer<typeof posterParams>;
