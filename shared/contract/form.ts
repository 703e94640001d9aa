import * as z from 'zod/mini';

/** A card's form, as data: what a page draws and what the server checks, one and the same. */

const label = z.string().check(z.minLength(1), z.maxLength(64));
const hint = z.optional(z.string().check(z.maxLength(200)));
export const fieldName = z.string().check(z.regex(/^[a-z][a-zA-Z0-9]{0,31}$/));
const word = z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,39}$/));
const colour = z.string().check(z.regex(/^#[0-9a-f]{6}$/));
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** When a field is asked for: `field` stands before it in the form. One comparison. */
const condition = z.strictObject({
  field: fieldName,
  equals: z.optional(scalar),
  notEquals: z.optional(scalar),
  in: z.optional(z.array(scalar).check(z.minLength(1), z.maxLength(50))),
  notIn: z.optional(z.array(scalar).check(z.minLength(1), z.maxLength(50))),
  greaterThan: z.optional(z.number()),
  lessThan: z.optional(z.number()),
});
export type Condition = z.output<typeof condition>;

const common = {
  name: fieldName,
  labelZh: label,
  labelEn: label,
  hintZh: hint,
  hintEn: hint,
  required: z.optional(z.boolean()),
  when: z.optional(condition),
};
const option = z.strictObject({ value: word, labelZh: label, labelEn: label });
const options = z.array(option).check(z.minLength(1), z.maxLength(50));
const photos = z.int().check(z.minimum(1), z.maximum(20));
const length = z.int().check(z.minimum(0), z.maximum(4000));
const lengths = { minLength: z.optional(length), maxLength: length, default: z.optional(z.string()) };

export const formField = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('image'), ...common }),
  z.strictObject({ type: z.literal('images'), ...common, min: photos, max: photos }),
  z.strictObject({ type: z.literal('text'), ...common, ...lengths }),
  z.strictObject({ type: z.literal('textarea'), ...common, ...lengths }),
  z.strictObject({
    ...{ type: z.literal('number'), ...common, min: z.number(), max: z.number() },
    ...{ step: z.optional(z.number().check(z.positive())), default: z.optional(z.number()) },
  }),
  z.strictObject({
    ...{ type: z.literal('slider'), ...common, min: z.number(), max: z.number() },
    ...{ step: z.number().check(z.positive()), default: z.number() },
  }),
  z.strictObject({ type: z.literal('select'), ...common, options, default: z.optional(word) }),
  z.strictObject({ type: z.literal('radio'), ...common, options, default: z.optional(word) }),
  z.strictObject({
    ...{ type: z.literal('checkbox'), ...common, options, default: z.optional(z.array(word)) },
    ...{ min: z.optional(z.int().check(z.minimum(0))), max: z.optional(z.int().check(z.minimum(1))) },
  }),
  z.strictObject({ type: z.literal('colour'), ...common, default: z.optional(colour) }),
  /**
   * What is drawn on the photo of another field, as the text of marks.ts. `use`: `cutout` (when it is not said), where the garment is, drawn
   * after a cut-out that went wrong; `removal`, what is to be taken away, drawn before the order: a box or strokes of `drop`.
   */
  z.strictObject({
    ...{ type: z.literal('marks'), ...common, photo: fieldName },
    use: z.optional(z.enum(['cutout', 'removal'])),
  }),
]);
export type FormField = z.output<typeof formField>;

export const form = z.array(formField).check(z.maxLength(30));

/** What was filled in, by field; photos are declared beside it (`inputs`). A checkbox is the list of its choices. */
export const formValues = z
  .record(
    fieldName,
    z.union([z.string().check(z.maxLength(4000)), z.number(), z.array(z.string()).check(z.maxLength(50))]),
  )
  .check(
    z.refine((values) => Object.keys(values).length <= 30, {
      error: '字段过多',
      params: { rule: 'max:30', en: 'has too many fields' },
    }),
  );
export type FormValues = Readonly<Record<string, string | number | readonly string[]>>;
