import * as z from 'zod/mini';

/** One step of a card: what runs, in how many units, how long one attempt may take, and how many attempts it gets. */
const Step = z.strictObject({
  processor: z.enum(['basic-clean']),
  units: z.int().check(z.minimum(1), z.maximum(100)),
  timeLimitSeconds: z.int().check(z.minimum(1), z.maximum(840)),
  attempts: z.int().check(z.minimum(1), z.maximum(10)),
});
export type Step = z.output<typeof Step>;

const Pipeline = z.array(Step).check(z.minLength(1), z.maxLength(20));

/** A task keeps the pipeline of its card's version, as JSON. @throws ZodError when the stored text is no pipeline */
export function readPipeline(json: string): readonly Step[] {
  return z.parse(Pipeline, JSON.parse(json));
}
