import type { FaultGround } from '../instances/fault-ground.ts';
import { type Answer, judgeAnswer } from '../instances/judge-answer.ts';
import { type Outcome, type Recovered, recover } from '../instances/recover.ts';
import { SCENARIOS } from '../instances/scenarios.ts';
import type { CrashChildren } from './crash-child.ts';
import type { CrashAnswer, CrashOrder, Reached } from './crash-messages.ts';

export interface Crashing {
  readonly ground: FaultGround;
  readonly children: CrashChildren;
}

export interface Crashed extends Recovered {
  /** The points that were come by: all of them where nothing was killed. */
  readonly reached: readonly Reached[];
}

/** Calls a function in a process of its own, which is killed at the given point; others then do what is left to do. */
export async function crashOnce(
  { ground, children }: Crashing,
  name: string,
  at: CrashOrder['at'],
  sound?: Outcome,
): Promise<Crashed> {
  const { stage } = ground;
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`${name} has no scenario`);
  await ground.begin();
  const event = await scenario.prepare(ground);
  const { nowMs, environment } = stage;
  const said = await children.call({ event, nowMs, environment, at });
  const call = () => judgeAnswer(name, ground.call(name, event));
  // Whoever dies answers nobody: the gateway says 5xx, the platform delivers again, the next tick comes.
  const first: Answer = 'signal' in said ? { kind: 'later' } : await judgeAnswer(name, repeat(said));
  const recovered = await recover(ground, name, { event, first, call }, sound);
  return {
    ...recovered,
    reached: 'signal' in said ? [] : said.reached,
    problems: [...unkilled(said, at), ...recovered.problems],
  };
}

async function repeat({ value, threw }: CrashAnswer): Promise<unknown> {
  if (threw) throw Object.assign(new Error(threw.message), { name: threw.name });
  return value;
}

function unkilled(said: CrashAnswer | { signal: string }, at: CrashOrder['at']): string[] {
  const signal = 'signal' in said ? said.signal : 'none';
  return signal === (at ? 'SIGKILL' : 'none') ? [] : [`died of ${signal}`];
}
