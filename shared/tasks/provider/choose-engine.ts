import { EngineFailure } from '../../engines/engine.ts';
import type { OpenEngine } from '../../engines/open-engines.ts';
import { EMBEDDED_ENGINE } from '../../engines/read-engines.ts';
import { isOfPicture } from '../../engines/tencent-failure.ts';
import type { PlanStep } from '../../features/plan.ts';

type EngineStep = Pick<PlanStep, 'engines' | 'attempts'>;

/** What a step's turn may come to: an engine elsewhere, or our own functions. */
export type Turn = OpenEngine | typeof EMBEDDED_ENGINE;

const turnsOf = ({ engines: names = [] }: EngineStep, engines: readonly OpenEngine[]): Turn[] =>
  names.flatMap((name): Turn[] =>
    name === EMBEDDED_ENGINE ? [EMBEDDED_ENGINE] : engines.filter((one) => one.name === name),
  );

/**
 * Whose turn a unit's next attempt is. The step's engines are its order of preference; each has its share of the
 * attempts, so that another is asked only when those of the one before are used up. One that rests is passed over.
 * `none`: no engine of the step is configured. `resting`: all that are left rest.
 */
export function chooseEngine(
  step: EngineStep,
  engines: readonly OpenEngine[],
  begun: number,
  resting: ReadonlySet<string>,
): Turn | 'none' | 'resting' {
  const order = turnsOf(step, engines);
  if (order.length === 0) return 'none';
  const first = Math.min(order.length - 1, Math.floor((begun * order.length) / step.attempts));
  return order.slice(first).find((turn) => turn === EMBEDDED_ENGINE || !resting.has(turn.name)) ?? 'resting';
}

/** Of a picture that this engine cannot take, another attempt is worth making where the step has an engine after it. */
export function passedOn(
  failure: EngineFailure,
  step: EngineStep | undefined,
  engines: readonly OpenEngine[],
  engine: string,
): EngineFailure {
  if (failure.retryable || !step || !isOfPicture(failure)) return failure;
  const last = turnsOf(step, engines).at(-1);
  const isLast = last === undefined || (last !== EMBEDDED_ENGINE && last.name === engine);
  return isLast ? failure : new EngineFailure(failure.code, true, failure);
}
