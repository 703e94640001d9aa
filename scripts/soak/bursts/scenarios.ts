import type { SqlValue } from '../../../shared/db/database.ts';
import { isDuplicateKey } from '../../../shared/db/error-treatment.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { purchaseMembership } from '../../../shared/payments/purchase-membership.ts';
import { settleOrder } from '../../../shared/payments/settle-order.ts';
import { expireCredits } from '../../../shared/quota/expire-credits.ts';
import { cancellation } from '../../../shared/tasks/cancel-task.ts';
import { sweepTasks } from '../../../shared/tasks/sweep-tasks.ts';
import { claimUnit, expireLease, expireTask, failUnit, finishUnit } from '../../../shared/tasks/unit-procedures.ts';
import { memoryChannel } from '../memory-channel.ts';
import { jpegPhoto } from '../simulation/photos.ts';
import {
  type Arena,
  atOnce,
  claim,
  count,
  create,
  DAY_MS,
  HOUR_MS,
  holds,
  merchantWith,
  NOW_MS,
  outputOf,
  queuedTask,
  type Scenario,
  stateOf,
} from './arena.ts';
import { redemptionAgainstRevocation, usesOfOneCode } from './growth-scenarios.ts';
import {
  closingsAtOnce,
  everybodyTellsOfAPayment,
  expiryAgainstReturns,
  newsOfOneRefund,
  refundAgainstSpending,
  refundsAtOnce,
} from './money-scenarios.ts';
import { commissionAgainstRefund, decisionsOfOneWithdrawal } from './referral-scenarios.ts';

const must = (holdsTrue: boolean, sentence: string): string[] => (holdsTrue ? [] : [sentence]);
const times = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));
const LATE_MS = NOW_MS + DAY_MS;

const channel = memoryChannel('wechat', () => NOW_MS);
const order = (merchantId: string, key: string) => ({
  ...{
    merchantId,
    planId: 'sim_week',
    method: 'qr' as const,
    idempotencyKey: key,
    requestHash: 'a'.repeat(64),
    nowMs: NOW_MS,
  },
  notifyUrl: 'https://api.example.com/v1/pay-callback-wechat',
});
const payment = (outTradeNo: string, transactionId: string) => ({
  ...{ channel: 'wechat' as const, outTradeNo, transactionId, amountFen: 1990, currency: 'CNY' },
  ...{ merchantId: '1900000001', appId: 'wx0000000000000001', paidAtMs: NOW_MS },
});

const createsOnFewCredits: Scenario = async (arena, random) => {
  const amounts = times(1 + random.below(3), () => 1 + random.below(4));
  const credits = amounts.reduce((sum, amount) => sum + amount, 0);
  const merchant = await merchantWith(arena, amounts);
  const asked = credits + 1 + random.below(6);
  const outcomes = await atOnce(
    arena,
    random,
    times(asked, () => (db) => create(db, merchant).then(() => 'created')),
  );
  return [
    ...must(count(outcomes, 'created') === credits, `${credits} credits made ${count(outcomes, 'created')} tasks`),
    ...must(count(outcomes, 'CREDITS_SHORT') === asked - credits, `others were told ${String(outcomes)}`),
    ...must((await holds(arena, merchant)) === 0, 'credits are left or missing'),
  ];
};

const oneKeyManyCreates: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [1 + random.below(3)]);
  const key = 'same';
  const ids = await atOnce(
    arena,
    random,
    times(8, () => (db) => create(db, merchant, { key }).then(({ taskId }) => taskId)),
  );
  return must(new Set(ids).size === 1, `one key was answered with ${[...new Set(ids)].join(', ')}`);
};

const noticesOfOneOrder: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, []);
  const { orderId } = await purchaseMembership(arena.db, channel, order(merchant, 'key'));
  const others = random.below(4);
  const outcomes = await atOnce(arena, random, [
    ...times(12, (n) => (db: Arena['db']) => {
      return settleOrder(db, payment(orderId, `tx-${orderId}`), (['notify', 'query', 'bill'] as const)[n % 3]!, NOW_MS);
    }),
    ...times(
      others,
      (n) => (db: Arena['db']) => settleOrder(db, payment(orderId, `tx-${orderId}-${n}`), 'notify', NOW_MS),
    ),
  ]);
  return [
    ...must(count(outcomes, 'granted') === 1, `one order was granted ${count(outcomes, 'granted')} times`),
    ...must(count(outcomes, 'refund_due') === others, `of ${others} further payments: ${String(outcomes)}`),
    ...must((await holds(arena, merchant)) === 5, 'not the credits of one order'),
  ];
};

/** No honest channel does this; the unique key of payments is what keeps it out. */
const oneTransactionOfTwoOrders: Scenario = async (arena, random) => {
  const merchants = [await merchantWith(arena, []), await merchantWith(arena, [])];
  const orders = await Promise.all(merchants.map((one) => purchaseMembership(arena.db, channel, order(one, 'key'))));
  const transaction = `tx-${orders[0]?.orderId}`;
  const settle = (orderId: string) => (db: Arena['db']) =>
    settleOrder(db, payment(orderId, transaction), 'notify', NOW_MS).catch((error: unknown) => {
      if (isDuplicateKey(error)) return 'duplicate';
      throw error;
    });
  const outcomes = await atOnce(
    arena,
    random,
    [...orders, ...orders].map(({ orderId }) => settle(orderId)),
  );
  return must(count(outcomes, 'granted') === 1, `one transaction granted ${count(outcomes, 'granted')} orders`);
};

const purchasesAtOnce: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, []);
  const same = random.oneIn(2);
  const ids = await atOnce(
    arena,
    random,
    times(
      8,
      (n) => (db) =>
        purchaseMembership(db, channel, order(merchant, same ? 'same' : `key-${n}`)).then((one) => one.orderId),
    ),
  );
  return must(new Set(ids).size === 1, `one wish to buy made ${new Set(ids).size} orders`);
};

const workersOfOneUnit: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [1]);
  const taskId = await queuedTask(arena, merchant);
  const outcomes = await atOnce(
    arena,
    random,
    times(
      10,
      (n) => (db) =>
        claimUnit(db, { taskId, step: 0, unit: 0, leaseId: `lse_${n}` }, NOW_MS).then((one) => one.outcome),
    ),
  );
  return must(
    count(outcomes, 'claimed') === 1 && count(outcomes, 'busy') === 9,
    `a unit was claimed ${count(outcomes, 'claimed')} times`,
  );
};

/** A running task: its success, failure, deadline, dead lease and canceling all at once. */
const endingsOfOneTask: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [1], random.oneIn(2) ? NOW_MS + HOUR_MS : NOW_MS + 30 * DAY_MS);
  const taskId = await queuedTask(arena, merchant);
  const lease = await claim(arena.db, taskId);
  const outcomes = await atOnce(arena, random, [
    (db) => finishUnit(db, lease, [outputOf(lease)], LATE_MS),
    (db) => finishUnit(db, lease, [outputOf(lease)], LATE_MS),
    (db) => failUnit(db, lease, { code: 'PROCESSING_FAILED' }, LATE_MS),
    (db) => failUnit(db, lease, { code: 'GARMENT_NOT_FOUND' }, LATE_MS),
    (db) => expireTask(db, taskId, LATE_MS),
    (db) => expireTask(db, taskId, LATE_MS),
    (db) => expireLease(db, lease, LATE_MS),
    (db) =>
      db
        .callProcedure<{ outcome: string }>('cancel_task_v2', cancellation(merchant, taskId, NOW_MS))
        .then((row) => `cancel: ${row.outcome}`),
  ]);
  const state = await stateOf(arena, taskId);
  // The deadline has passed: whoever comes first, somebody ends it.
  const winners = count(outcomes, 'succeeded', 'failed', 'ended', 'cancel: canceled');
  return [
    ...must(['succeeded', 'failed', 'canceled'].includes(state) && winners === 1, `${state} after ${String(outcomes)}`),
    ...must((await holds(arena, merchant)) === (state === 'succeeded' ? 0 : 1), `${state}, and the credit is wrong`),
  ];
};

const cancelAgainstStart: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [1]);
  const taskId = await queuedTask(arena, merchant);
  const cancel = (db: Arena['db']) =>
    db
      .callProcedure<{ outcome: string }>('cancel_task_v2', cancellation(merchant, taskId, NOW_MS))
      .then((row) => `cancel: ${row.outcome}`);
  const start = (n: number) => (db: Arena['db']) =>
    claimUnit(db, { taskId, step: 0, unit: 0, leaseId: `lse_${n}` }, NOW_MS).then(({ outcome }) => `start: ${outcome}`);
  const outcomes = await atOnce(arena, random, [
    cancel,
    cancel,
    cancel,
    start(1),
    start(2),
    (db) => expireTask(db, taskId, LATE_MS),
  ]);
  const state = await stateOf(arena, taskId);
  const won = count(outcomes, 'cancel: canceled', 'ended');
  return [
    ...must(won === 1 && ['canceled', 'failed'].includes(state), `${state} after ${String(outcomes)}`),
    ...must((await holds(arena, merchant)) === 1, `${state}, and the credit is wrong`),
  ];
};

const lastUnitsAtOnce: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [2]);
  const taskId = await queuedTask(arena, merchant, 'sim_member');
  const leases = [await claim(arena.db, taskId, 0), await claim(arena.db, taskId, 1)];
  const next = random.oneIn(2);
  if (next) {
    const step = { processor: 'basic-clean', units: 2, timeLimitSeconds: 60, attempts: 2 };
    await arena.db.write('UPDATE tasks SET pipeline_json = ? WHERE id = ?', [JSON.stringify([step, step]), taskId]);
  }
  const outcomes = await atOnce(
    arena,
    random,
    leases.flatMap((lease) => times(2, () => (db: Arena['db']) => finishUnit(db, lease, [outputOf(lease)], NOW_MS))),
  );
  const last = count(outcomes, next ? 'step_planned' : 'succeeded');
  return must(
    last === 1 && count(outcomes, 'unit_done') === 1 && count(outcomes, 'lost') === 2,
    `units ended as ${String(outcomes)}`,
  );
};

const photosAtOnce: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [1]);
  const { taskId } = await create(arena.db, merchant);
  const times3 = [NOW_MS, NOW_MS + 600_000, NOW_MS + 30_000].map(sqlTime);
  const accept = (etag: string) => (db: Arena['db']) =>
    db
      .callProcedure<{ outcome: string }>('accept_input_v2', [taskId, 0, etag, 8, 8, ...times3])
      .then((row) => row.outcome);
  const refuse = (db: Arena['db']) =>
    db
      .callProcedure<{ outcome: string }>('refuse_input_v1', [taskId, 'INPUT_CORRUPT', sqlTime(NOW_MS)])
      .then((row) => row.outcome);
  const outcomes = await atOnce(arena, random, [accept('"a"'), accept('"b"'), accept('"a"'), refuse, refuse]);
  const state = await stateOf(arena, taskId);
  return [
    ...must(count(outcomes, 'queued', 'failed') === 1, `a photo was judged as ${String(outcomes)}`),
    ...must((await holds(arena, merchant)) === (state === 'queued' ? 0 : 1), `${state}, and the credit is wrong`),
  ];
};

/** One ending, told several times at once, and nothing else that would end the task before. */
const oneEndingManyTimes: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [2]);
  const kind = random.pick(['refuse', 'cancel', 'overdue', 'fail', 'lease'] as const);
  const waiting = kind === 'refuse' || kind === 'overdue' || kind === 'cancel';
  const taskId = waiting
    ? (await create(arena.db, merchant, { featureId: 'sim_member' })).taskId
    : await queuedTask(arena, merchant, 'sim_member');
  const lease = waiting ? { taskId, step: 0, unit: 0, leaseId: 'lse_none' } : await claim(arena.db, taskId);
  const call =
    (name: string, ...params: SqlValue[]) =>
    (db: Arena['db']) =>
      db.callProcedure<{ outcome: string }>(name, params).then((row) => row.outcome);
  const endings = {
    refuse: call('refuse_input_v1', taskId, 'INPUT_CORRUPT', sqlTime(NOW_MS)),
    cancel: call('cancel_task_v2', ...cancellation(merchant, taskId, NOW_MS)),
    overdue: (db: Arena['db']) => expireTask(db, taskId, LATE_MS),
    fail: (db: Arena['db']) => failUnit(db, lease, { code: 'GARMENT_NOT_FOUND' }, NOW_MS),
    lease: (db: Arena['db']) => expireLease(db, lease, LATE_MS),
  };
  const outcomes = await atOnce(
    arena,
    random,
    times(5, () => endings[kind]),
  );
  const won = kind === 'cancel' ? 'canceled' : kind === 'overdue' ? 'ended' : 'failed';
  return [
    ...must(kind === 'cancel' || count(outcomes, won) === 1, `${kind}: ${String(outcomes)}`),
    ...must((await holds(arena, merchant)) === 2, `the credits are wrong after ${kind}: ${String(outcomes)}`),
  ];
};

/** Of two units one is done and one is given up: the one that is done stays so, and a lease that lives is left alone. */
const oneUnitOfTwo: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [3]);
  const taskId = await queuedTask(arena, merchant, 'sim_set');
  const first = await claim(arena.db, taskId);
  await finishUnit(arena.db, first, [outputOf(first)], NOW_MS);
  const leases = [0, 1].map((unit) => ({ taskId, step: 1, unit, leaseId: `lse_${unit}` }));
  for (const lease of leases) await claimUnit(arena.db, lease, NOW_MS);
  const [done, dead] = random.oneIn(2) ? [leases[0]!, leases[1]!] : [leases[1]!, leases[0]!];
  const early = await atOnce(
    arena,
    random,
    leases.map((lease) => (db: Arena['db']) => expireLease(db, lease, NOW_MS + 1000)),
  );
  const outcomes = await atOnce(arena, random, [
    (db) => finishUnit(db, done, [outputOf(done)], NOW_MS),
    ...times(2, () => (db: Arena['db']) => expireLease(db, dead, NOW_MS + HOUR_MS)),
  ]);
  const units = await arena.db.query<{ unit: number; state: string }>(
    'SELECT unit, state FROM task_units WHERE task_id = ? AND step = 1',
    [taskId],
  );
  const stateOfUnit = (lease: { unit: number }) => units.find(({ unit }) => unit === lease.unit)?.state;
  return [
    ...must(count(early, 'not_due') === 2, `a lease that lives was ended: ${String(early)}`),
    ...must(
      [...outcomes].sort().join() === 'not_due,unit_done,waiting',
      `one done and one given up: ${String(outcomes)}`,
    ),
    ...must(stateOfUnit(done) === 'done' && stateOfUnit(dead) === 'waiting', `units: ${JSON.stringify(units)}`),
    ...(await endLeft(arena)),
  ];
};

const sweepersAtOnce: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [4]);
  const [lost, found, running] = [
    await create(arena.db, merchant),
    await create(arena.db, merchant),
    await queuedTask(arena, merchant),
  ];
  await arena.objects.put(`inputs/${found.taskId}/0`, jpegPhoto(1), 'image/jpeg');
  const lease = await claim(arena.db, running);
  const outcomes = await atOnce(arena, random, [
    ...times(4, () => (db: Arena['db']) => sweepTasks({ db, objects: arena.objects }, LATE_MS)),
    (db) => finishUnit(db, lease, [outputOf(lease)], LATE_MS),
  ]);
  const failures = outcomes.flatMap((one) => (one as { failures?: unknown[] }).failures ?? []);
  const states = await Promise.all([lost.taskId, found.taskId, running].map((id) => stateOf(arena, id)));
  // A unit whose lease was ended waits again; the deadline of its task, in the same sweep, may end both.
  const kept = ['succeeded', 'failed', 'processing'].includes(states[2] ?? '');
  const back = 2 + (states[2] === 'failed' ? 1 : 0);
  return [
    ...must(failures.length === 0, `a sweeper failed: ${failures.map(String).join('; ')}`),
    ...must(states[0] === 'expired' && states[1] === 'queued' && kept, `swept into ${states.join(', ')}`),
    ...must((await holds(arena, merchant)) === back, `${states.join(', ')}, and the credits are wrong`),
    ...(await endLeft(arena)),
  ];
};

/** What a burst leaves open would be swept by the next one's sweepers. */
async function endLeft(arena: Arena): Promise<string[]> {
  for (const round of [2, 3, 4]) await sweepTasks({ db: arena.db, objects: arena.objects }, NOW_MS + round * DAY_MS);
  const open = await arena.db.query('SELECT id FROM tasks WHERE ended_at IS NULL LIMIT 1');
  return must(open.length === 0, 'a task never ends');
}

/** Everything that locks a merchant's account, at once, on several merchants: in one order, or some of it deadlocks. */
const allOfOneMerchant: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [3, 2]);
  const { orderId } = await purchaseMembership(arena.db, channel, order(merchant, 'first'));
  const tasks = [await queuedTask(arena, merchant), await queuedTask(arena, merchant)] as const;
  const lease = await claim(arena.db, tasks[0]);
  await atOnce(arena, random, [
    (db) => create(db, merchant),
    (db) => create(db, merchant),
    (db) => settleOrder(db, payment(orderId, `tx-${orderId}`), 'notify', NOW_MS),
    (db) => settleOrder(db, payment(orderId, `tx-${orderId}`), 'query', NOW_MS),
    (db) => purchaseMembership(db, channel, order(merchant, 'second')),
    (db) => db.callProcedure('freeze_order_v3', [orderId, 1, sqlTime(NOW_MS), null]),
    (db) => db.callProcedure('freeze_order_v3', [orderId, 0, sqlTime(NOW_MS), null]),
    (db) => expireCredits(db, NOW_MS),
    (db) => failUnit(db, lease, { code: 'PROCESSING_FAILED' }, NOW_MS),
    (db) => expireTask(db, tasks[0], LATE_MS),
    (db) => db.callProcedure('cancel_task_v2', cancellation(merchant, tasks[1], NOW_MS)),
    (db) => claimUnit(db, { taskId: tasks[1], step: 0, unit: 0, leaseId: 'lse_1' }, NOW_MS),
  ]);
  return must(
    count(await atOnce(arena, random, [(db) => create(db, merchant).then(() => 'created')]), 'created') === 1,
    'no credits',
  );
};

/** Whoever asks about a task or order that is not there hears so, and nothing is written. */
const nobodysTask: Scenario = async (arena, random) => {
  const merchant = await merchantWith(arena, [1]);
  const other = await queuedTask(arena, merchant);
  const lease = { taskId: newId('tsk_', NOW_MS), step: 0, unit: 0, leaseId: 'lse_1' };
  const call =
    (name: string, ...params: SqlValue[]) =>
    (db: Arena['db']) =>
      db.callProcedure<{ outcome: string }>(name, params).then((row) => row.outcome);
  const now = sqlTime(LATE_MS);
  const outcomes = await atOnce(arena, random, [
    call('accept_input_v2', lease.taskId, 0, '"e"', 8, 8, now, now, now),
    call('refuse_input_v1', lease.taskId, 'INPUT_CORRUPT', now),
    call('cancel_task_v2', ...cancellation(merchant, lease.taskId, LATE_MS)),
    (db) => expireTask(db, lease.taskId, LATE_MS),
    (db) => claimUnit(db, lease, LATE_MS).then((one) => one.outcome),
    (db) => settleOrder(db, payment(newId('ord_', NOW_MS), `tx-${other}`), 'notify', NOW_MS),
  ]);
  const units = await atOnce(arena, random, [
    (db) => finishUnit(db, lease, [outputOf(lease)], LATE_MS),
    (db) => failUnit(db, lease, { code: 'PROCESSING_FAILED' }, LATE_MS),
    (db) => expireLease(db, lease, LATE_MS),
    (db) => expireLease(db, { ...lease, taskId: other, unit: 7 }, LATE_MS),
    (db) => claimUnit(db, { ...lease, taskId: other, unit: 7 }, LATE_MS).then((one) => one.outcome),
  ]);
  return [
    ...must(count(outcomes, 'unknown') === 6, `a task that is not there: ${String(outcomes)}`),
    ...must(
      [...units].sort().join() === 'lost,lost,not_due,not_due,unknown',
      `a unit that is not there: ${String(units)}`,
    ),
    ...must((await stateOf(arena, other)) === 'queued', 'and another task was changed'),
  ];
};

export const SCENARIOS = {
  commissionAgainstRefund,
  decisionsOfOneWithdrawal,
  usesOfOneCode,
  redemptionAgainstRevocation,
  everybodyTellsOfAPayment,
  refundAgainstSpending,
  refundsAtOnce,
  closingsAtOnce,
  newsOfOneRefund,
  expiryAgainstReturns,
  createsOnFewCredits,
  oneKeyManyCreates,
  noticesOfOneOrder,
  oneTransactionOfTwoOrders,
  purchasesAtOnce,
  workersOfOneUnit,
  endingsOfOneTask,
  cancelAgainstStart,
  lastUnitsAtOnce,
  photosAtOnce,
  oneEndingManyTimes,
  oneUnitOfTwo,
  sweepersAtOnce,
  allOfOneMerchant,
  nobodysTask,
} as const satisfies Record<string, Scenario>;
