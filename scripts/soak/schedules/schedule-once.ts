import { AnswerLost } from '../../local/tencent-account/create-account.ts';
import type { EngineFault } from '../../local/tencent-engines/start-engine-standin.ts';
import { type FaultGround, whoseEvent } from '../instances/fault-ground.ts';
import { requestEvent, timerEvent } from '../instances/function-events.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { judgeSchedule } from './judge-schedule.ts';
import { type Ordered, orderTasks } from './order-tasks.ts';

const SECOND_MS = 1000;
/** Longer than any lease here. */
const LEASE_OVER_MS = 400 * SECOND_MS;
const PASSES_MS = [1, 6, 6, 6, 6, 31, 31, 130, 400].map((seconds) => seconds * SECOND_MS);
const FAULTS: readonly EngineFault[] = [
  ...(['cut-before', 'cut-after', 'cut-after'] as const),
  ...['InternalError', 'RequestLimitExceeded', 'InvalidParameterValue'].map((refuse) => ({ refuse })),
  ...['InternalError', 'ContentModerationFailed'].map((fail) => ({ fail })),
];

const WEIGHTS = {
  ...{ deliver: 36, drop: 4, twice: 7, overtaken: 5, sweep: 10, poll: 16, pass: 22, cancel: 1, retry: 2 },
} as const;
type Deed = keyof typeof WEIGHTS;
const DEEDS = (Object.keys(WEIGHTS) as Deed[]).flatMap((deed) => Array.from({ length: WEIGHTS[deed] }, () => deed));

/** What befell, by kind. */
export type Befell = Map<string, number>;

/**
 * Lets happen to some tasks what a seed says: events late, twice, at once, in another order or never, leases that run out under a worker,
 * calls of the engine that fail before or after it acted, cancels and repetitions. Then nothing befalls any more, and all has to end right.
 * Two things at once meet in the database as they come: a seed repeats what is done, not who is first.
 */
export async function scheduleOnce(ground: FaultGround, seed: number, befell: Befell): Promise<string[]> {
  const random = seededRandom(seed);
  const { engineFaults } = ground.stage;
  await ground.begin();
  const ordered = await orderTasks(ground, random);
  engineFaults.submission = () => {
    const fault = random.oneIn(5) ? random.pick(FAULTS) : undefined;
    if (fault) note(befell, `engine: ${typeof fault === 'string' ? fault : Object.keys(fault)[0]}`);
    return fault;
  };
  engineFaults.question = () => {
    if (!random.oneIn(8)) return undefined;
    note(befell, 'engine: question');
    if (random.oneIn(2)) throw new AnswerLost();
    return 'InternalError';
  };
  for (let left = 14 + random.below(30); left > 0; left--) {
    await befall(ground, random.pick(DEEDS), { random, ordered, befell });
  }
  delete engineFaults.submission;
  delete engineFaults.question;
  const stuck = await ground.settle();
  const { tasks, problems } = await judgeSchedule(ground, ordered);
  for (const { state } of tasks) note(befell, `task ${state}`);
  return [...stuck, ...(await ground.audit()), ...problems];
}

interface Course {
  readonly random: SeededRandom;
  readonly ordered: Ordered;
  readonly befell: Befell;
}

async function befall(ground: FaultGround, deed: Deed, { random, ordered, befell }: Course): Promise<void> {
  const { stage, call } = ground;
  const asked = async (name: string, extra: Readonly<Record<string, string>> = {}): Promise<void> => {
    const headers = { authorization: await stage.bearer(ordered.merchant), ...extra };
    await call(name, requestEvent(name, { body: { taskId: random.pick(ordered.taskIds) }, headers }));
  };
  switch (deed) {
    case 'pass':
      stage.nowMs += random.pick(PASSES_MS);
      return;
    case 'sweep':
      await call('sweep-tasks', timerEvent('sweep-tasks'));
      return;
    case 'poll':
      await call('poll-provider-jobs', timerEvent('poll-provider-jobs'));
      return;
    case 'cancel':
      return asked('cancel-task');
    case 'retry':
      return asked('retry-task', { 'idempotency-key': `again-${random.below(3)}` });
    default:
      break;
  }
  const at = random.below(stage.events.length);
  const taken = stage.events[at];
  if (!taken) return;
  const again = deed === 'deliver' && random.oneIn(4);
  if (!again) stage.events.splice(at, 1);
  const late = at > 0 ? 'event out of order' : 'event in order';
  note(befell, again ? 'event again' : deed === 'drop' ? 'event lost' : late);
  if (deed === 'drop') return;
  const deliver = (instance: number): Promise<unknown> => call(whoseEvent(taken.key), taken.event, instance);
  if (deed === 'deliver') return void (await deliver(0));
  if (deed === 'twice') {
    note(befell, 'event twice at once');
    return void (await Promise.all([deliver(0), deliver(1)]));
  }
  note(befell, 'lease over under its worker');
  const working = deliver(0);
  stage.nowMs += LEASE_OVER_MS;
  await Promise.all([working, call('sweep-tasks', timerEvent('sweep-tasks'))]);
}

function note(befell: Befell, what: string): void {
  befell.set(what, (befell.get(what) ?? 0) + 1);
}
