import type { Database } from '../../../shared/db/database.ts';
import type { SeededRandom } from '../seeded-random.ts';
import {
  beginBatch,
  beginBatchEnd,
  beginBooking,
  beginDecision,
  beginGrant,
  beginInvitation,
  beginRedemption,
  beginTaking,
  beginWithdrawal,
} from './growth-operations.ts';
import { newest } from './newest.ts';
import type { Begun } from './operations.ts';
import type { Progress, Step } from './step.ts';
import type { World } from './world.ts';

type Growth = Extract<Step, { kind: 'grow' }>;

const DEEDS: readonly Growth['what'][] = [
  ...(['invite', 'make', 'redeem', 'redeem', 'redeem', 'end', 'book', 'book', 'book'] as const),
  ...(['withdraw', 'withdraw', 'decide', 'decide', 'decide', 'grant', 'take', 'take'] as const),
];
const STATES = ['approved', 'paid', 'rejected'] as const;
const RATES = [
  { basisPoints: 4000, unit: 'fen', creditDays: 90, leastFen: 100 },
  { basisPoints: 1500, unit: 'fen', creditDays: 90, leastFen: 250 },
  { basisPoints: 5000, unit: 'credits', creditDays: 9, leastFen: 100 },
  { basisPoints: 3000, unit: 'credits', creditDays: 90, leastFen: 100 },
] as const;
const NO_CODE = 'AAAAA-AAAAA-AAAAA-AAAAA';
const NOBODY = 'mch_nobody';

export function makeGrowthStep(random: SeededRandom, progress: Progress, recent: number): Growth {
  const what = random.pick(DEEDS);
  return {
    ...{ kind: 'grow', what, who: random.below(8), of: recent, amount: random.below(12) },
    ...{ key: random.below(5), body: random.below(6) },
    // At once or not at all: it stands for a sign-up.
    progress: what === 'invite' ? { calls: 99, fault: 'none' } : progress,
  };
}

export function beginGrowthStep(db: Database, world: World, step: Growth): Begun | undefined {
  const { merchants, model } = world;
  const { growth } = model;
  const { what, who, of, amount } = step;
  // The first comes first: what is done again under its key is of the same merchant.
  const again = step.key === 0;
  const otherBody = step.body === 5;
  const merchant = merchants[again ? 0 : who % 2] as string;
  const nth = world.deeds++;
  const keyed = (name: string) => ({ key: again ? `${name}-again` : `${name}-${nth}`, otherBody });
  switch (what) {
    case 'invite':
      return growth.referral
        ? undefined
        : beginInvitation(world, db, RATES[amount % RATES.length] as (typeof RATES)[0]);
    case 'make':
      return beginBatch(world, db, {
        ...keyed('make'),
        ...{ codes: 1 + (of % 2), credits: 1 + (amount % 3), days: 1 + (amount % 9), uses: 1 + (who % 2) },
        ...{ validDays: 1 + (amount % 7), access: amount % 2 === 0 ? 'basic' : 'member' },
      });
    case 'redeem': {
      const code = otherBody ? NO_CODE : newest(world.codes, of)?.code;
      const by = who === 7 && !again ? NOBODY : merchant;
      return code === undefined ? undefined : beginRedemption(world, db, by, code, keyed('redeem').key);
    }
    case 'end': {
      const batch = newest(growth.batches, of);
      // Of this batch whatever the key stands for.
      return (
        batch &&
        beginBatchEnd(world, db, { key: again ? `end-${batch.id}` : `end-${nth}`, otherBody, batchId: batch.id })
      );
    }
    case 'book':
      return growth.referral && beginBooking(world, db);
    case 'withdraw': {
      if (!growth.referral) return undefined;
      const by = who === 7 ? growth.referral.invited : growth.referral.inviter;
      const amountFen = amount === 0 ? 50 : Math.max(100, Math.floor((growth.balanceFen * (1 + (amount % 3))) / 2));
      return beginWithdrawal(world, db, { ...keyed('withdraw'), merchant: by, amountFen });
    }
    case 'decide': {
      const withdrawal = newest(growth.withdrawals, of);
      const state = STATES[amount % STATES.length] as 'paid';
      const id = amount === 11 ? 'wdr_none' : withdrawal?.id;
      return id === undefined ? undefined : beginDecision(world, db, { ...keyed('decide'), withdrawalId: id, state });
    }
    case 'grant': {
      const to = who === 7 && !again ? NOBODY : merchant;
      const access = amount % 3 === 0 ? 'member' : 'basic';
      return beginGrant(world, db, {
        ...keyed('grant'),
        merchant: to,
        amount: 1 + (amount % 4),
        days: 1 + amount,
        access,
      });
    }
    case 'take': {
      const lots = model.credits.lots.filter((one) => one.merchant === merchant && !one.id.startsWith('fresh'));
      const lot = newest(lots, of);
      return lot && beginTaking(world, db, { ...keyed('take'), merchant, lotId: lot.id, amount: 1 + (amount % 3) });
    }
  }
}

/** Codes, commissions and credits from operators, from their beginning to their end. */
export function growthStories(random: SeededRandom, plain: Progress): Step[][] {
  const slowly: Progress = {
    calls: 1 + random.below(5),
    fault: random.pick(['none', 'lostAfter', 'killedAfter'] as const),
  };
  const deed = (what: Growth['what'], over: Partial<Growth> = {}): Growth => ({
    ...{ kind: 'grow', what, who: 0, of: 0, amount: random.below(12), key: 1, body: 0 },
    ...{ progress: random.oneIn(4) ? slowly : plain, ...over },
  });
  const invite = deed('invite', { progress: plain });
  const buy: Step = {
    ...({ kind: 'buy', merchant: 0, plan: random.below(3), key: 1, body: 0, channel: 'ok' } as const),
    ...{ way: random.below(5), progress: plain },
  };
  const told: Step = {
    ...({ kind: 'notify', order: 0, way: 0, payment: 0, amount: 'right', otherChannel: false, source: 0 } as const),
    progress: plain,
  };
  const refund: Step = {
    ...({ kind: 'refund', order: 0, whole: random.oneIn(2), key: 1, body: 0, progress: plain } as const),
  };
  const news: Step = {
    ...({ kind: 'refundNews', refund: 0, told: true, progress: plain } as const),
    state: random.pick(['succeeded', 'closed'] as const),
  };
  const week: Step = { kind: 'advance', to: 'days', amount: 7 };
  const spend: Step = { kind: 'create', merchant: 0, feature: 0, key: 1, body: 0, photos: 0, progress: plain };
  const freeze: Step = { kind: 'freeze', order: 0, frozen: true, progress: plain };
  const release: Step = { kind: 'freeze', order: 0, frozen: false, progress: plain };
  const [book, decide] = [deed('book'), deed('decide', { amount: 0, progress: plain })];
  const withdraw = deed('withdraw', { amount: random.below(3) });
  const paid = deed('decide', { amount: 1 });
  const earn = [invite, buy, told, book];
  const earnFen = [{ ...invite, amount: random.below(2) }, buy, told, book];
  const [first, again] = [{ key: 0 }, { key: 0, body: random.pick([0, 5]) }];
  return [
    [
      deed('make', { ...again, progress: plain }),
      deed('redeem', first),
      deed('redeem'),
      deed('redeem', { who: 1 }),
      deed('redeem', first),
      spend,
    ],
    [
      deed('make', { progress: plain }),
      deed('redeem', first),
      deed('make', again),
      deed('redeem', first),
      deed('end', first),
      deed('end', again),
      deed('end'),
      deed('redeem', { who: 1 }),
    ],
    [
      ...earnFen,
      week,
      book,
      { ...withdraw, ...first },
      { ...withdraw, ...again },
      withdraw,
      { ...decide, ...first },
      { ...paid, ...again },
    ],
    [...earnFen, week, book, withdraw, refund, book, news, book, decide, { ...decide, amount: 2 }, paid],
    // Somebody has looked at a refund, and books it only when it was taken back and that was booked.
    [
      ...[
        ...earnFen,
        week,
        { ...book, progress: plain },
        refund,
        { ...book, progress: { calls: 2, fault: 'none' as const } },
      ],
      ...[
        { ...news, state: 'closed' as const },
        { ...book, progress: plain },
      ],
      { kind: 'resume', operation: 0, progress: plain },
    ],
    [...earn, freeze, week, book, release, week, book, { ...spend, merchant: 1 }, refund, book, news, book],
    [
      deed('grant', { ...first, progress: plain }),
      spend,
      deed('take', first),
      deed('take', again),
      deed('grant', again),
    ],
  ];
}

const ROUNDS = 3;
const WEEK_MS = 8 * 24 * 3_600_000;

/** In time every commission is what its order is: nothing waits in the outbox, and nothing is frozen but what somebody looks into. */
export async function drainGrowth(world: World, book: () => Promise<void>): Promise<void> {
  const { referral } = world.model.growth;
  if (!referral?.order) return;
  for (let round = 0; round < ROUNDS && world.violations.length === 0; round++) {
    // What failed has its turn a minute later, what was booked is released in a week.
    world.nowMs += WEEK_MS;
    await book();
    if (referral.commission && referral.commission.state !== 'frozen') break;
  }
  const { commission, order } = referral;
  if (world.violations.length > 0) return;
  if (!commission) {
    world.violate(`no commission of ${order.id} was ever booked`);
    return;
  }
  const isHeld = order.lot?.revoked === true && (referral.refundedFen.at(-1) ?? 0) === 0;
  if (commission.state === 'frozen' && !isHeld) world.violate(`the commission of ${order.id} is never released`);
  // By what became of the order in the end, whoever has looked at it last.
  const { amountFen } = order.plan;
  const kept = Math.floor((commission.amount * (amountFen - (referral.refundedFen.at(-1) ?? 0))) / amountFen);
  if (commission.state === 'released' && commission.amount - commission.reversed !== kept)
    world.violate(
      `the commission of ${order.id} is ${commission.amount - commission.reversed}, and ${kept} are left of it`,
    );
}
