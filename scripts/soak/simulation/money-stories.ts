import type { SeededRandom } from '../seeded-random.ts';
import type { Progress, Step } from './step.ts';

/** A purchase and what becomes of it: paid here or there, twice, found by asking, given back. */
export function moneyStories(random: SeededRandom, plain: Progress): Step[][] {
  const slowly: Progress = { calls: 1 + random.below(5), fault: 'none' };
  const buy = {
    ...({ kind: 'buy', merchant: 0, plan: random.below(3), key: 1, body: 0, channel: 'ok' } as const),
    ...{ way: random.below(5), progress: plain },
  } as const;
  const pay = { kind: 'pay', order: 0, way: 0, byHand: false } as const;
  const told = {
    ...({ kind: 'notify', order: 0, way: 0, payment: 0, amount: 'right', otherChannel: false, source: 0 } as const),
    progress: plain,
  } as const;
  const soon = { kind: 'advance', to: 'seconds', amount: random.below(30) } as const;
  const later = { kind: 'advance', to: 'minutes', amount: random.below(30) } as const;
  const reconcile = { kind: 'reconcile', progress: random.oneIn(3) ? slowly : plain } as const;
  const look = { kind: 'look', order: 0, progress: random.oneIn(3) ? slowly : plain } as const;
  const refund = { kind: 'refund', order: 0, whole: random.oneIn(2), key: 1, body: 0, progress: plain } as const;
  const again = { ...refund, key: 0 } as const;
  const freeze = { kind: 'freeze', order: 0, frozen: random.oneIn(2), progress: plain } as const;
  const spend = { kind: 'create', merchant: 0, feature: 0, key: 1, body: 0, photos: 0, progress: plain } as const;
  const fail = { kind: 'advance', to: 'hours', amount: 2 } as const;
  const sweep = { kind: 'sweep', progress: plain } as const;
  const news = {
    ...({ kind: 'refundNews', refund: 0, told: true, progress: plain } as const),
    state: random.pick(['succeeded', 'closed', 'abnormal'] as const),
  } as const;
  const resume = { kind: 'resume', operation: 0, progress: plain } as const;
  return [
    [buy, pay, soon, look, resume],
    [buy, pay, later, reconcile, resume, told],
    [buy, { ...buy, way: (buy.way + 1) % 5 }, pay, { ...pay, way: 1 }, told, { ...told, way: 1 }, reconcile, resume],
    [buy, later, later, reconcile, pay, told, resume],
    [buy, told, spend, refund, fail, sweep, news],
    [buy, told, refund, { ...news, state: 'closed' }, spend],
    [buy, told, { ...refund, progress: slowly }, reconcile, resume, news],
    [buy, told, buy, told, refund, { ...refund, order: 1 }, news, later, reconcile],
    [buy, { ...pay, byHand: true }, soon, look, freeze, { ...freeze, frozen: false }, spend],
    [buy, told, again, { ...again, body: random.oneIn(2) ? 5 : 0 }, news, freeze],
    [buy, told, { ...freeze, frozen: true }, spend, { ...freeze, frozen: false }, spend],
  ];
}
