import type { ModelStep, ModelTask } from './model-task.ts';

const REUSED_DAYS = 6;

/** The task whose finished work a repetition goes on with, if it has any, all its photos, and is not too old. */
export function goesOnWith(old: ModelTask | undefined, nowMs: number): ModelTask | undefined {
  if (!old || old.photos.some(({ etag }) => etag === undefined)) return undefined;
  if (nowMs - old.endedAtMs > REUSED_DAYS * 24 * 3600 * 1000) return undefined;
  return old.units.some(({ state }) => state === 'done') ? old : undefined;
}

/** Everything done of the steps up to the first that is not complete. */
export function takenOver(old: ModelTask | undefined): Pick<ModelTask, 'step' | 'units' | 'outputs'> {
  if (!old) return { step: 0, units: [], outputs: 0 };
  const complete = ({ units }: ModelStep, n: number) =>
    old.units.filter(({ step, state }) => step === n && state === 'done').length === units;
  const step = old.feature.steps.findIndex((one, n) => !complete(one, n));
  const units = old.units.filter((unit) => unit.step <= step && unit.state === 'done').map((unit) => ({ ...unit }));
  // Each unit of the simulation makes one file.
  return { step, units, outputs: units.length };
}
