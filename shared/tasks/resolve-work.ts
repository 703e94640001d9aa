import type { Param, Source } from '../contract/card.ts';
import type { Plan, PlanStep } from '../features/plan.ts';
import type { FilledForm } from '../features/read-form.ts';
import type { InputRow, OutputRow } from './read-task.ts';

/** One picture that a unit works on: its key, and the ETag that the bytes must have where they came from outside. */
export interface PictureRef {
  /** The part that it plays for the processor. */
  readonly name: string;
  readonly key: string;
  readonly etag?: string;
  readonly sizeBytes?: number;
}

export interface ResolvedWork {
  readonly pictures: readonly PictureRef[];
  readonly params: Readonly<Record<string, unknown>>;
}

export interface TaskFiles {
  readonly form: FilledForm | undefined;
  readonly inputs: readonly InputRow[];
  readonly outputs: readonly OutputRow[];
}

/** What unit `unit` of step `at` works on: its pictures in order, and its parameters. */
export function resolveWork(plan: Plan, at: number, unit: number, files: TaskFiles): ResolvedWork {
  const step = plan[at];
  if (!step) throw new Error(`the plan has no step ${at}`);
  const sources = step.inputs;
  const pictures = sources
    ? sources.flatMap((source) => picturesOf(source, plan, unit, files))
    : files.inputs.map(photoRef);
  const params = Object.entries(step.params ?? {}).flatMap(([name, param]) => {
    const value = paramValue(param, step, plan, unit, files);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { pictures, params: Object.fromEntries(params) };
}

function photoRef(input: InputRow): PictureRef {
  if (input.etag === null) throw new Error('an input of a running task has no ETag');
  return { name: 'photo', key: input.key, etag: input.etag, sizeBytes: input.sizeBytes };
}

function picturesOf(source: Source, plan: Plan, unit: number, { form, inputs, outputs }: TaskFiles): PictureRef[] {
  const all =
    'form' in source
      ? (form?.photos[source.form] ?? []).flatMap((n) => inputs.filter((input) => input.n === n)).map(photoRef)
      : madeBy(source.step, plan, outputs)
          .filter(({ name }) => source.output === undefined || name === source.output)
          .map(({ key, sizeBytes }) => ({ name: 'photo', key, sizeBytes }));
  const { as } = source;
  const named = as === undefined ? all : all.map((ref) => ({ ...ref, name: as }));
  return source.each ? named.slice(unit, unit + 1) : named;
}

const madeBy = (name: string, plan: Plan, outputs: readonly OutputRow[]): OutputRow[] =>
  outputs.filter((output) => plan[output.step]?.name === name);

function paramValue(param: Param, step: PlanStep, plan: Plan, unit: number, { form, outputs }: TaskFiles): unknown {
  if ('value' in param) return param.value;
  if ('unit' in param) return unit;
  if ('form' in param) return form?.values[param.form];
  if ('each' in param) {
    const chosen = form?.values[param.each];
    return Array.isArray(chosen) ? chosen[unit] : chosen;
  }
  const file = madeBy(param.step, plan, outputs).find(({ name }) => name === param.output);
  if (!file) throw new Error(`step ${step.name} needs ${param.output} of ${param.step}, which is not there`);
  return file[param.property];
}
