import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { growthStories, makeGrowthStep } from './growth-steps.ts';
import { moneyStories } from './money-stories.ts';
import type { Progress, Step } from './step.ts';

/** How a sequence ends: what becomes of operations that are under way, and whether events still arrive. */
export interface Sequence {
  readonly seed: number;
  readonly lots: readonly { merchant: number; amount: number; hours: number; access: 'basic' | 'member' }[];
  readonly steps: readonly Step[];
  readonly abandon: boolean;
  /** Tasks that the first merchant may still create at once, of 600. */
  readonly pace: number;
  readonly eventsArrive: boolean;
}

const WEIGHTS: readonly (readonly [Step['kind'], number])[] = [
  ['create', 14],
  ['upload', 18],
  ['deliver', 30],
  ['cancel', 5],
  ['retry', 5],
  ['sweep', 9],
  ['buy', 6],
  ['notify', 8],
  ['pay', 5],
  ['reconcile', 6],
  ['look', 3],
  ['refund', 5],
  ['refundNews', 4],
  ['freeze', 1],
  ['expire', 2],
  ['grow', 6],
  ['read', 4],
  ['revoke', 2],
  ['delete', 1],
  ['advance', 14],
  ['resume', 9],
];
const KINDS = WEIGHTS.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));

/** Mostly the newest, sometimes an older one. */
const recent = (random: SeededRandom): number => (random.oneIn(3) ? random.below(8) : 0);

function makeProgress(random: SeededRandom): Progress {
  if (!random.oneIn(4)) return { calls: 99, fault: 'none' };
  const fault = random.pick(['none', 'none', 'killedBefore', 'killedAfter', 'lostBefore', 'lostAfter'] as const);
  return { calls: random.below(6), fault };
}

function makeStep(random: SeededRandom): Step {
  const kind = random.pick(KINDS);
  const progress = makeProgress(random);
  switch (kind) {
    case 'create':
      return {
        ...{ kind, merchant: recent(random), feature: random.below(24), key: random.below(5) },
        ...{ body: random.below(6), photos: random.below(12), progress },
      };
    case 'upload':
      return {
        ...{ kind, task: recent(random), photo: random.below(2), events: random.below(4) },
        bytes: random.pick(['good', 'good', 'good', 'good', 'other', 'bad']),
      };
    case 'deliver':
      return {
        ...{ kind, event: recent(random), keep: random.oneIn(4), progress },
        work: random.pick(['ok', 'ok', 'ok', 'broken', 'broken', 'refused', 'hangs']),
      };
    case 'cancel':
      return { kind, task: recent(random), stranger: random.oneIn(8), progress };
    case 'retry':
      return { kind, task: recent(random), key: random.below(3), progress };
    case 'sweep':
      return { kind, progress };
    case 'buy':
      return {
        ...{ kind, merchant: recent(random), plan: random.below(12), key: random.below(4), body: random.below(4) },
        ...{
          channel: random.oneIn(4) ? ('away' as const) : ('ok' as const),
          way: random.oneIn(2) ? 0 : random.below(5),
          progress,
        },
      };
    case 'notify':
      return {
        ...{ kind, order: recent(random), payment: random.below(3), source: random.below(3), progress },
        amount: random.pick(['right', 'right', 'right', 'right', 'wrong', 'dollars']),
        ...{ way: random.below(3), otherChannel: random.oneIn(8) },
      };
    case 'pay':
      return { kind, order: recent(random), way: random.below(3), byHand: random.oneIn(8) };
    case 'reconcile':
      return { kind, progress };
    case 'look':
      return { kind, order: recent(random), progress };
    case 'refund':
      return {
        ...{ kind, order: recent(random), whole: random.oneIn(2), key: random.below(4), body: random.below(6) },
        progress,
      };
    case 'refundNews':
      return {
        ...{ kind, refund: recent(random), told: random.oneIn(2), progress },
        state: random.pick(['processing', 'succeeded', 'succeeded', 'closed', 'abnormal']),
      };
    case 'freeze':
      return { kind, order: recent(random), frozen: random.oneIn(2), progress };
    case 'expire':
      return { kind, progress };
    case 'grow':
      return makeGrowthStep(random, progress, recent(random));
    case 'read':
      return { kind, merchant: recent(random) };
    case 'revoke':
      return { kind, lot: random.below(4) };
    case 'delete':
      return { kind, task: recent(random) };
    case 'advance':
      return {
        ...{ kind, amount: random.below(60) },
        to: random.pick([
          'ms',
          'seconds',
          'seconds',
          'minutes',
          'hours',
          'days',
          'due',
          'due',
          'due',
          'due',
          'due',
          'due',
        ]),
      };
    case 'resume':
      return { kind, operation: random.below(4), progress };
  }
}

/** What happens to most tasks, with all that may come between: chance alone would seldom get so far. */
function makeStory(random: SeededRandom): Step[] {
  const plain: Progress = { calls: 99, fault: 'none' };
  const create = {
    kind: 'create',
    merchant: 0,
    feature: random.below(3),
    key: 1,
    body: 0,
    photos: 0,
    progress: plain,
  } as const;
  const upload = { kind: 'upload', task: 0, photo: 0, bytes: 'good', events: 1 + random.below(2) } as const;
  const deliver = { kind: 'deliver', event: 0, keep: random.oneIn(3), work: 'ok', progress: plain } as const;
  const lotEnds = { kind: 'advance', to: 'lotEnd', amount: random.below(6) } as const;
  const due = { kind: 'advance', to: 'due', amount: random.below(9) } as const;
  const leaseEnds = { kind: 'advance', to: 'due', amount: 1 + random.below(2) } as const;
  const sweep = { kind: 'sweep', progress: plain } as const;
  const work = { ...deliver, work: random.pick(['ok', 'broken', 'broken', 'refused', 'hangs'] as const) };
  const slowly = { ...work, progress: { calls: 1 + random.below(4), fault: 'none' } } as const;
  const resume = { kind: 'resume', operation: 0, progress: plain } as const;
  const begin = random.oneIn(3) ? [lotEnds, create] : [create];
  return random.pick<Step[]>([
    [...begin, upload, deliver, work],
    [...begin, upload, deliver, work, due, work, due, sweep, work],
    [...begin, upload, deliver, slowly, lotEnds, resume],
    [...begin, upload, deliver, slowly, due, sweep, work, resume],
    [...begin, upload, deliver, slowly, leaseEnds, sweep, slowly, { ...resume, operation: 1 }, resume],
    [...begin, upload, deliver, lotEnds, due, sweep],
    [...begin, upload, deliver, due, sweep, sweep],
    [...begin, upload, due, sweep, work, due, sweep],
    [
      ...begin,
      upload,
      deliver,
      due,
      { kind: 'sweep', progress: { calls: random.below(6), fault: 'none' } },
      work,
      resume,
    ],
    [...begin, { kind: 'cancel', task: 0, stranger: false, progress: plain }, due],
    ...moneyStories(random, plain),
    ...Array.from({ length: 3 }, () => random.pick(growthStories(random, plain))),
    // Units that fail alone, at any place among those that do not, and the repetition of what is missing.
    [
      { ...create, feature: 3 },
      upload,
      { ...upload, photo: 1 },
      deliver,
      deliver,
      { ...deliver, keep: false },
      ...Array.from({ length: 3 }, () => ({ ...work, keep: false })),
      due,
      sweep,
      { ...work, work: 'refused' as const },
      { ...work, work: 'ok' as const },
      { kind: 'retry', task: 0, key: 1, progress: plain },
      deliver,
      { ...deliver, work: 'ok' as const },
      deliver,
    ],
    // Between two steps: what the first has planned is looked at before the second begins.
    [
      { ...create, feature: 1 },
      upload,
      deliver,
      { ...deliver, keep: false },
      { kind: 'read', merchant: 0 },
      due,
      sweep,
      work,
    ],
  ]);
}

function makeSteps(random: SeededRandom): Step[] {
  const steps: Step[] = [];
  for (const length = 6 + random.below(16); steps.length < length; ) {
    if (random.oneIn(4))
      steps.push(...makeStory(random).flatMap((step) => (random.oneIn(6) ? [makeStep(random), step] : [step])));
    else steps.push(makeStep(random));
  }
  return steps;
}

/** The sequence of a seed: always the same. */
export function makeSequence(seed: number): Sequence {
  const random = seededRandom(seed);
  const lots = Array.from({ length: 1 + random.below(4) }, () => ({
    merchant: random.oneIn(5) ? 1 : 0,
    amount: 1 + random.below(5),
    hours: random.pick([1, 2, 24, 200, 800, 800, 800]),
    access: random.oneIn(3) ? ('basic' as const) : ('member' as const),
  }));
  const steps = makeSteps(random);
  const pace = random.oneIn(6) ? random.below(3) : 600;
  return { seed, lots, steps, pace, abandon: random.oneIn(2), eventsArrive: random.oneIn(2) };
}
