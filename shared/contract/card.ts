import * as z from 'zod/mini';
import { fieldName, form } from './form.ts';

/** A feature card is data. This is its shape; what must hold between its parts stands in check-card.ts. */

const named = z.string().check(z.minLength(1), z.maxLength(64));
const sentence = z.string().check(z.maxLength(255));
export const stepName = z.string().check(z.regex(/^[a-z][a-z0-9_-]{0,39}$/));
const fileName = z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,39}\.[a-z0-9]{1,10}$/));
const paramName = z.string().check(z.regex(/^[a-z][a-zA-Z0-9]{0,31}$/));
const literal = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))]);

/**
 * Where a step's pictures come from, in order: photos of a field, or files of an earlier step (all of them, or those of
 * one name). `as`: the part that they play for the processor (`photo` when it is not said). `each`: the unit gets the one
 * of its own number only.
 */
const source = z.union([
  z.strictObject({ form: fieldName, as: z.optional(stepName), each: z.optional(z.boolean()) }),
  z.strictObject({
    ...{ step: stepName, output: z.optional(fileName) },
    ...{ as: z.optional(stepName), each: z.optional(z.boolean()) },
  }),
]);
export type Source = z.output<typeof source>;

/** Where a parameter comes from; `each`: the unit's own choice of a checkbox field; `unit`: the unit's number, from 0. */
const param = z.union([
  z.strictObject({ value: literal }),
  z.strictObject({ form: fieldName }),
  z.strictObject({ each: fieldName }),
  z.strictObject({ unit: z.literal(true) }),
  z.strictObject({ step: stepName, output: fileName, property: z.enum(['width', 'height', 'sizeBytes']) }),
]);
export type Param = z.output<typeof param>;

/** How many units: a number, or one for each photo or choice of a field. */
const units = z.union([z.int().check(z.minimum(1), z.maximum(100)), z.strictObject({ each: fieldName })]);

const step = z.strictObject({
  name: stepName,
  nameZh: named,
  nameEn: named,
  processor: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  inputs: z.array(source).check(z.maxLength(10)),
  params: z.record(paramName, param),
  units,
  timeLimitSeconds: z.int().check(z.minimum(1), z.maximum(840)),
  attempts: z.int().check(z.minimum(1), z.maximum(10)),
  /** In order of preference; the first that is configured runs. */
  engines: z.array(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,31}$/))).check(z.minLength(1), z.maxLength(5)),
});
export type CardStep = z.output<typeof step>;

const output = z.strictObject({
  step: stepName,
  /** One file's name, or `*` for all that the step makes. */
  name: z.union([fileName, z.literal('*')]),
  contentType: z.enum(['image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'text/plain', 'application/json']),
});

export const card = z.strictObject({
  id: z.string().check(z.regex(/^[a-z][a-z0-9_]{1,47}$/)),
  nameZh: named,
  nameEn: named,
  category: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/)),
  descriptionZh: sentence,
  descriptionEn: sentence,
  credits: z.int().check(z.minimum(1), z.maximum(1000)),
  access: z.enum(['basic', 'member', 'whitelist']),
  rateLimit: z.optional(
    z.strictObject({
      limit: z.int().check(z.minimum(1), z.maximum(10_000)),
      windowSeconds: z.int().check(z.minimum(1), z.maximum(86_400)),
    }),
  ),
  enabled: z.boolean(),
  /** Why it is closed, where `enabled` is false. */
  closedZh: z.optional(sentence),
  closedEn: z.optional(sentence),
  position: z.int().check(z.minimum(0), z.maximum(30_000)),
  form,
  pipeline: z.array(step).check(z.minLength(1), z.maxLength(20)),
  /** The step whose units may fail alone, each giving its share back; without it, all or nothing. */
  partialStep: z.optional(stepName),
  outputs: z.array(output).check(z.minLength(1), z.maxLength(50)),
});
export type Card = z.output<typeof card>;
