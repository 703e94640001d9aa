import { EngineFailure } from '../../engines/engine.ts';
import type { OpenEngine } from '../../engines/open-engines.ts';
import { EMBEDDED_ENGINE, isLocal, type LocalEngine } from '../../engines/read-engines.ts';
import { isOfPicture } from '../../engines/tencent-failure.ts';
import type { PlanStep } from '../../features/plan.ts';

type EngineStep = Pick<PlanStep, 'engines' | 'attempts'>;

/** What a step's turn may come to: an engine elsewhere, or our own function. */
export type Turn = OpenEngine | LocalEngine;

/** What this deployment has beside the embedded engine: engines elsewhere, and whether a model of its own. */
export interface Configured {
  readonly engines: readonly OpenEngine[];
  readonly hasModel?: boolean | undefined;
}

const turnsOf = ({ engines: names = [] }: EngineStep, { engines, hasModel = false }: Configured): Turn[] =>
  names.flatMap((name): Turn[] => {
    if (isLocal(name)) return name === EMBEDDED_ENGINE || hasModel ? [name] : [];
    return engines.filter((one) => one.name === name);
  });

/** Each has its share of the attempts; the one whose turn it is by now. */
const turnNumber = (turns: number, attempts: number, begun: number): number =>
  Math.min(turns - 1, Math.floor((begun * turns) / attempts));

/**
 * Whose turn a unit's next attempt is. The step's engines are its order of preference; each has its share of the
 * attempts, so that another is asked only when those of the one before are used up. One that rests is passed over.
 * `none`: no engine of the step is configured. `resting`: all that are left rest.
 */
export function chooseEngine(
  step: EngineStep,
  configured: Configured,
  begun: number,
  resting: ReadonlySet<string>,
): Turn | 'none' | 'resting' {
  const order = turnsOf(step, configured);
  if (order.length === 0) return 'none';
  const left = order.slice(turnNumber(order.length, step.attempts, begun));
  return left.find((turn) => typeof turn === 'string' || !resting.has(turn.name)) ?? 'resting';
}

/**
 * Which of our own does a unit that has come to our own function; the shares count the engines elsewhere too, by their names. The model is
 * not passed over when it fails again and again: another cut than the card asks for is made only with the attempts that are not its own.
 * `isLast`: nobody is asked after it.
 */
export function chooseLocal(
  step: EngineStep,
  configured: ReadonlySet<string>,
  begun: number,
): { readonly engine: LocalEngine; readonly isLast: boolean } {
  const order = (step.engines ?? []).filter((name) => name === EMBEDDED_ENGINE || configured.has(name));
  const from = Math.max(0, turnNumber(order.length, step.attempts, begun));
  const at = order.findIndex((name, n) => n >= from && isLocal(name));
  const engine = order[at] ?? order.findLast(isLocal) ?? EMBEDDED_ENGINE;
  return { engine: isLocal(engine) ? engine : EMBEDDED_ENGINE, isLast: at === -1 || at === order.length - 1 };
}

/** Of a picture that this engine cannot take, another attempt is worth making where the step has an engine after it. */
export function passedOn(
  failure: EngineFailure,
  step: EngineStep | undefined,
  configured: Configured,
  engine: string,
): EngineFailure {
  if (failure.retryable || !step || !isOfPicture(failure)) return failure;
  const last = turnsOf(step, configured).at(-1);
  const isLast = last === undefined || (typeof last !== 'string' && last.name === engine);
  return isLast ? failure : new EngineFailure(failure.code, true, failure);
}
