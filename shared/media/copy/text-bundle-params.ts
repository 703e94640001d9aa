import * as z from 'zod/mini';

const text = (max: number) =>
  z.string().check(
    z.trim(),
    z.refine((value) => [...value].length <= max, { error: `at most ${max} characters` }),
    z.refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), { error: 'no control characters' }),
  );

/** Facts that the merchant knows. The texts say these and nothing else. */
export const textBundleParams = z.object({
  name: text(40).check(z.minLength(1)),
  nameEn: z._default(text(60), ''),
  category: z._default(z.enum(['top', 'trousers', 'dress', 'outerwear', 'other']), 'other'),
  material: z._default(text(40), ''),
  colours: z._default(z.array(text(12).check(z.minLength(1))).check(z.maxLength(12)), []),
  sizes: z._default(z.array(text(8).check(z.minLength(1))).check(z.maxLength(12)), []),
  points: z._default(z.array(text(32).check(z.minLength(1))).check(z.maxLength(6)), []),
  priceYuan: z.optional(z.number().check(z.minimum(0.01), z.maximum(999_999))),
  launchDate: z.optional(z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))),
  storeName: z._default(text(30), ''),
});
export type TextBundleParams = z.infer<typeof textBundleParams>;
