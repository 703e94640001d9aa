import * as z from 'zod/mini';
import type { Card, Param, Source } from '../contract/card.ts';
import type { FilledForm } from './read-form.ts';

/**
 * A task's plan: its card's pipeline with the form's answers put in, kept on the task as JSON. Procedures read `units`,
 * `attempts`, `timeLimitSeconds` and `shareCredits` of it. What a step does not say has the meaning of its absence: all
 * photos, no parameters, all files are results, no unit may fail alone.
 */
const step = z.object({
  name: z.optional(z.string()),
  nameZh: z.optional(z.string()),
  nameEn: z.optional(z.string()),
  processor: z.string(),
  inputs: z.optional(z.array(z.custom<Source>((value) => typeof value === 'object'))),
  params: z.optional(
    z.record(
      z.string(),
      z.custom<Param>((value) => typeof value === 'object'),
    ),
  ),
  units: z.int().check(z.minimum(1), z.maximum(100)),
  timeLimitSeconds: z.int().check(z.minimum(1), z.maximum(840)),
  attempts: z.int().check(z.minimum(1), z.maximum(10)),
  engines: z.optional(z.array(z.string())),
  /** Credits that go back for each unit of this step that fails alone. */
  shareCredits: z.optional(z.int()),
  /** The edition of the shops' figures (`platform_presets`) that the task was ordered by. */
  presets: z.optional(z.int()),
  /** Names of the files that are results, `*` for all; others are for later steps. */
  results: z.optional(z.array(z.string())),
});
export type PlanStep = z.output<typeof step>;
export type Plan = readonly PlanStep[];

const plan = z.array(step).check(z.minLength(1), z.maxLength(20));

/** @throws ZodError when the stored text is no plan */
export function readPlan(json: string): Plan {
  return z.parse(plan, JSON.parse(json));
}

const storedStep = z.extend(z.omit(step, { units: true }), {
  units: z.union([z.int(), z.strictObject({ each: z.string() })]),
});
const storedPipeline = z.array(storedStep).check(z.minLength(1), z.maxLength(20));
export type StoredStep = z.output<typeof storedStep>;

/** @throws ZodError when the stored text is no pipeline */
export function readStoredPipeline(json: string): readonly StoredStep[] {
  return z.parse(storedPipeline, JSON.parse(json));
}

/** A card's steps as its row keeps them: with what each gives back alone, and which of its files are results. */
export function storedPipelineOf({ pipeline, partialStep, credits, outputs }: Card): readonly StoredStep[] {
  return pipeline.map((one) => ({
    ...one,
    results: outputs.filter((output) => output.step === one.name).map(({ name }) => name),
    ...(one.name === partialStep && typeof one.units === 'number' && { shareCredits: credits / one.units }),
  }));
}

/** The plan of a task that was ordered with this form. */
export function planOf(pipeline: readonly StoredStep[], { values, photos }: FilledForm): Plan {
  return pipeline.map((one) => {
    if (typeof one.units === 'number') return { ...one, units: one.units };
    const chosen = photos[one.units.each] ?? values[one.units.each];
    return { ...one, units: Array.isArray(chosen) ? chosen.length : 1 };
  });
}

/** Is this file something that the merchant gets, or only for later steps? */
export function isResult(plan: Plan, output: { readonly step: number; readonly name: string }): boolean {
  const results = plan[output.step]?.results;
  return results === undefined || results.includes('*') || results.includes(output.name);
}
