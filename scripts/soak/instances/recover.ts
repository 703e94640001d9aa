import type { FaultGround } from './fault-ground.ts';
import { timerEvent } from './function-events.ts';
import type { Answer } from './judge-answer.ts';
import { compareStates, type ProductState } from './product-state.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** What a run that nothing befell came to: every other run is held against it. */
export interface Outcome {
  readonly answer: Answer;
  readonly state: ProductState;
}

export interface Recovered extends Outcome {
  readonly problems: readonly string[];
  /** From the fault to the next success; undefined when the function did not need to be asked again. */
  readonly recoveryMs: number | undefined;
}

export interface Aftermath {
  readonly event: object;
  /** The answer that was heard, if one was. */
  readonly first: Answer;
  /** Asks again as the caller would: the same key, the same event, the next tick. */
  readonly call: () => Promise<Answer>;
  readonly whenAnswered?: () => void;
}

const TRIES = 3;
const TRY_AGAIN_MS = 20_000;

/** Asks until there is an answer, lets everything end that has begun, and holds the tables against those of a run without a fault. */
export async function recover(
  ground: FaultGround,
  name: string,
  { event, first, call, whenAnswered }: Aftermath,
  sound?: Outcome,
): Promise<Recovered> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`${name} has no scenario`);
  const startedMs = performance.now();
  let answer = first;
  for (let tries = 0; answer.kind === 'later' && tries < TRIES; tries++) {
    // A client asks at once; the platform's events and ticks come later.
    ground.stage.nowMs += 'httpMethod' in event ? (scenario.badForMs ?? 0) : TRY_AGAIN_MS;
    answer = await call();
  }
  const needed = first.kind === 'later';
  const recoveryMs = needed ? performance.now() - startedMs : undefined;
  whenAnswered?.();
  if (scenario.asksAgain) await tickOn(ground, scenario.asksAgain);
  const problems = [...(scenario.settles ? await ground.settle() : []), ...(await ground.audit())];
  const state = await ground.state(isTimeless(scenario));
  problems.push(...judge(answer, state, needed, scenario, sound));
  return { answer, state, problems, recoveryMs };
}

const isTimeless = ({ settles, timeless, asksAgain }: Scenario): boolean =>
  settles === true || timeless === true || asksAgain !== undefined;

const TICKS = 4;
/** Longer than the pauses of what was begun, and four of them are within one day. */
const TICK_MS = 80 * 60_000;

/** The timer's next ticks, by an instance that nothing befalls. */
async function tickOn({ stage, call }: FaultGround, timer: string): Promise<void> {
  for (let tick = 0; tick < TICKS; tick++) {
    stage.nowMs += TICK_MS;
    await call(timer, timerEvent(timer));
  }
}

function judge(answer: Answer, state: ProductState, needed: boolean, scenario: Scenario, sound?: Outcome): string[] {
  const { spent } = scenario;
  if (needed && spent && answer.kind === 'refused' && answer.code === spent.code) {
    return sound ? compareStates(state, sound.state, spent.marks) : [];
  }
  if (answer.kind !== 'done') return [`the answer at last was ${JSON.stringify(answer)}`];
  if (!sound) return [];
  const expected = JSON.stringify(sound.answer);
  const found = JSON.stringify(answer);
  return [
    ...(found === expected ? [] : [`answered ${found} instead of ${expected}`]),
    ...compareStates(state, sound.state, scenario.ignores),
  ];
}
