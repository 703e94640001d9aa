import type { OpenEngine } from '../../engines/open-engines.ts';
import type { PlanStep } from '../../features/plan.ts';

/**
 * The engine for a unit's next attempt. The step's engines are its order of preference; each has its share of the
 * attempts, so that another is asked only when those of the one before are used up. One that rests is passed over.
 * `none`: no engine of the step is configured. `resting`: all that are left rest.
 */
export function chooseEngine(
  step: Pick<PlanStep, 'engines' | 'attempts'>,
  engines: readonly OpenEngine[],
  begun: number,
  resting: ReadonlySet<string>,
): OpenEngine | 'none' | 'resting' {
  const order = (step.engines ?? []).flatMap((name) => engines.filter((engine) => engine.name === name));
  if (order.length === 0) return 'none';
  const first = Math.min(order.length - 1, Math.floor((begun * order.length) / step.attempts));
  return order.slice(first).find(({ name }) => !resting.has(name)) ?? 'resting';
}
