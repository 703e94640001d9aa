import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../shared/db/database.ts';
import { sqlTime } from '../../../shared/db/sql-time.ts';
import { newId } from '../../../shared/id.ts';
import { advance } from './advance.ts';
import { compareReads, compareTables } from './compare.ts';
import { addLot } from './credits-model.ts';
import { goOn } from './gate.ts';
import { beginBooking } from './growth-operations.ts';
import { beginGrowthStep, drainGrowth } from './growth-steps.ts';
import { judgeObjects } from './judge.ts';
import { store } from './memory-objects.ts';
import { beginReconcile } from './money-operations.ts';
import { beginMoneyStep, drainMoney, pay, payAndRefund } from './money-steps.ts';
import { newest } from './newest.ts';
import { type Begun, beginCancel, beginCreate, beginEvent, beginRetry, beginSweep } from './operations.ts';
import { jpegPhoto, notAPhoto } from './photos.ts';
import type { Progress, Step } from './step.ts';
import type { Sequence } from './steps.ts';
import { isOpen } from './tasks-model.ts';
import { FEATURES, makeWorld, startOf, type World } from './world.ts';

/** Where sequences run: the product's connection, and a plain one that takes several statements at once. */
export interface Ground {
  readonly db: Database;
  readonly plain: Connection;
}

export interface Ran {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly seen: ReadonlyMap<string, number>;
}

const ALL: Progress = { calls: 999, fault: 'none' };
const HOUR_MS = 3_600_000;
/** A photo that is found at its deadline, then the queue's, then the step's: each round of waiting ends one at least. */
const ROUNDS = 6;

/** Runs one sequence from nothing to its end, where everything has ended, and compares. */
export async function runSequence(ground: Ground, sequence: Sequence): Promise<Ran> {
  const startMs = startOf(sequence.seed);
  const world = makeWorld([newId('mch_', startMs), newId('mch_', startMs + 1)], startMs);
  await settle(ground, world, sequence);
  const under: Begun[] = [];
  for (const step of sequence.steps) {
    if (world.violations.length > 0) break;
    await takeStep(ground, world, step, under);
  }
  await endAll(world, under, sequence.abandon);
  if (world.violations.length === 0) await drain(ground, world, sequence.eventsArrive);
  if (world.violations.length === 0) {
    judgeObjects(world);
    await compareTables(world, ground.plain);
  }
  await retire(ground, world);
  return world;
}

/** What is never to end, such as a refund that its channel refuses, is not due in a later sequence either. */
async function retire({ plain }: Ground, { model }: World): Promise<void> {
  const never = '9000-01-01';
  if (model.growth.referral)
    await plain.query('UPDATE referral_commissions SET release_at = ? WHERE release_at < ?', [never, never]);
  await plain.query(
    'UPDATE order_attempts SET query_at = ? WHERE query_at < ?; UPDATE refunds SET next_at = ? WHERE next_at < ?',
    [never, never, never, never],
  );
}

/** Two merchants, and the credits that they begin with. */
async function settle({ plain }: Ground, world: World, { lots, pace }: Sequence): Promise<void> {
  const startMs = world.nowMs;
  const at = sqlTime(startMs);
  const people = world.merchants.map((id) => [id, id.slice(-16), at]);
  const fullAtMs = startMs + (600 - pace) * 100;
  (world.model.paces.get(world.merchants[0] ?? '') ?? { fullAtMs }).fullAtMs = fullAtMs;
  const accounts = world.merchants.map((id, n) => [id, n === 0 ? fullAtMs : 0, at]);
  const granted = lots.map(({ merchant, amount, hours, access }, n) => {
    const owner = world.merchants[merchant] as string;
    // No two lots end at the same moment, so that the order of spending never hangs on an id.
    const lot = {
      id: newId('lot_', startMs),
      merchant: owner,
      access,
      amount,
      expiresAtMs: startMs + hours * HOUR_MS + n,
    };
    addLot(world.model.credits, lot, null);
    world.note(`grant ${amount} ${access} for ${hours} h to ${owner}`);
    return lot;
  });
  await plain.query(
    `INSERT INTO merchants (id, phone, created_at) VALUES ?; INSERT INTO accounts (merchant_id, create_tat_ms, created_at) VALUES ?${
      granted.length === 0
        ? ''
        : `; INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at) VALUES ?;
           INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at) VALUES ?`
    }`,
    [
      people,
      accounts,
      granted.map(({ id, merchant, access, amount, expiresAtMs }) => [
        ...[id, merchant, `sim:${id}`, access, amount, amount, at, sqlTime(expiresAtMs)],
      ]),
      granted.map(({ id, merchant, amount }) => [merchant, id, 'grant', amount, `sim:${id}`, at]),
    ],
  );
}

async function takeStep(ground: Ground, world: World, step: Step, under: Begun[]): Promise<void> {
  if (step.kind === 'advance') return advance(world, step);
  if (step.kind === 'read') {
    const merchant = newest(world.merchants, step.merchant) as string;
    world.note(`read as ${merchant}`);
    await compareReads(world, ground.db, merchant);
    return compareTables(world, ground.plain);
  }
  if (step.kind === 'upload') return upload(world, step);
  if (step.kind === 'pay') return step.byHand ? payAndRefund(world, step) : pay(world, step);
  if (step.kind === 'delete') {
    const task = newest([...world.model.tasks.keys()], step.task);
    if (task && world.objects.delete(`inputs/${task}/0`)) world.note(`delete the photo of ${task}`);
    return;
  }
  if (step.kind === 'revoke') return revoke(ground, world, step.lot);
  if (step.kind === 'resume') {
    const begun = newest(under, step.operation);
    if (begun) await carryOn(world, begun, step.progress, under);
    return;
  }
  const begun = beginStep(ground.db, world, step);
  if (!begun) return;
  under.push(begun);
  await carryOn(world, begun, step.progress, under);
}

type Beginning = Extract<Step, { progress: Progress }>;

function beginStep(db: Database, world: World, step: Exclude<Beginning, { kind: 'resume' }>): Begun | undefined {
  const { model, merchants } = world;
  switch (step.kind) {
    case 'create': {
      // Two of 24 numbers are a closed card and one that is not there; the others share out the open ones.
      const feature = step.feature === 23 ? 'sim_none' : FEATURES[step.feature === 22 ? 4 : step.feature % 4]?.id;
      const key = step.key === 0 ? 'key-again' : `key-${model.tasks.size}`;
      const merchant = step.merchant === 7 ? 'mch_nobody' : (newest(merchants, step.merchant + 1) as string);
      const most = feature === 'basic_clean' ? 1 : 2;
      const photos = step.photos === 11 ? most + 1 : 1 + (step.photos % most);
      const otherBody = step.body === 5;
      return beginCreate(world, db, { merchant, feature: feature ?? '', key, otherBody, photos });
    }
    case 'deliver': {
      const event = newest(world.events, step.event);
      if (!event) return undefined;
      if (!step.keep) world.events.splice(world.events.indexOf(event), 1);
      return beginEvent(world, db, event.key, step.work);
    }
    case 'cancel': {
      const task = newest([...model.tasks.values()], step.task);
      const owner = task?.merchant === merchants[0] ? 0 : 1;
      return task && beginCancel(world, db, task.id, merchants[step.stranger ? 1 - owner : owner] as string);
    }
    case 'retry': {
      const task = newest([...model.tasks.values()], step.task);
      return task && beginRetry(world, db, task.id, step.key === 0 ? 'retry-again' : `retry-${model.tasks.size}`);
    }
    case 'sweep':
      return beginSweep(world, db);
    case 'grow':
      return beginGrowthStep(db, world, step);
    default:
      return beginMoneyStep(db, world, step);
  }
}

async function carryOn(world: World, begun: Begun, progress: Progress, under: Begun[]): Promise<void> {
  await goOn(begun.operation, progress, world.note);
  const { ended, dead, waiting } = begun.operation;
  if (ended) begun.judged();
  if ((ended || dead) && waiting.length === 0) under.splice(under.indexOf(begun), 1);
}

/** What is still under way dies, or goes on to its end. A worker that hangs is never heard of again. */
async function endAll(world: World, under: Begun[], abandon: boolean): Promise<void> {
  if (abandon) {
    if (under.length > 0) world.note('the rest is abandoned');
    return;
  }
  for (const begun of [...under]) await carryOn(world, begun, ALL, under);
}

function upload(world: World, step: Extract<Step, { kind: 'upload' }>): void {
  const task = newest([...world.model.tasks.values()], step.task);
  if (!task) return;
  const key = `inputs/${task.id}/${step.photo % task.photos.length}`;
  const bytes = step.bytes === 'bad' ? notAPhoto() : jpegPhoto(world.etags + 1);
  const etag = store(world, key, bytes, 'image/jpeg');
  if (step.bytes !== 'bad') world.goodPhotos.add(etag);
  world.note(`upload ${key}: ${step.bytes}, ${step.events} events`);
  world.events.pop();
  for (let n = 0; n < step.events; n++) world.events.push({ key });
}

async function revoke({ plain }: Ground, world: World, index: number): Promise<void> {
  // A purchase's lot is frozen by its procedure, with its membership.
  const lots = world.model.credits.lots.filter(
    (one) => ![...world.model.orders.values()].some((order) => order.lot === one),
  );
  const lot = newest(lots, index);
  if (!lot || lot.revoked) return;
  world.note(`revoke ${lot.id}`);
  lot.revoked = true;
  await plain.query('UPDATE quota_lots SET revoked_at = ? WHERE id = ?', [sqlTime(world.nowMs), lot.id]);
}

/** Faults are over. Time goes by and sweepers run, with events or without: everything must end. */
async function drain(ground: Ground, world: World, eventsArrive: boolean): Promise<void> {
  const isDone = () => world.violations.length > 0 || ![...world.model.tasks.values()].some(isOpen);
  world.note(`drain${eventsArrive ? '' : ', all further events lost'}`);
  for (let round = 0; round < ROUNDS && !isDone(); round++) {
    for (let event = world.events.shift(); event && eventsArrive; event = world.events.shift()) {
      const begun = beginEvent(world, ground.db, event.key, 'ok');
      if (begun) await carryOn(world, begun, ALL, []);
    }
    world.events.length = 0;
    if (isDone()) break;
    world.nowMs += 61 * 60_000;
    await carryOn(world, beginSweep(world, ground.db), ALL, []);
  }
  if (!isDone()) world.violate('a task never ends');
  await drainMoney(world, () => carryOn(world, beginReconcile(world, ground.db), ALL, []));
  await drainGrowth(world, () => carryOn(world, beginBooking(world, ground.db), ALL, []));
}
