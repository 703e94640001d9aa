import type { Database, SqlValue } from '../../../shared/db/database.ts';
import { DatabaseUnavailable } from '../../../shared/db/database-unavailable.ts';
import { expireInModel } from './credits-model.ts';
import type { Call } from './gate.ts';
import { foretellGrowth, GROWTH_NOW_AT, tellGrowth, verdictOf } from './growth-judge.ts';
import type { Intent } from './intent.ts';
import {
  closeInModel,
  freezeInModel,
  orderInModel,
  refundInModel,
  refundNewsInModel,
  settleInModel,
} from './orders-model.ts';
import { PHOTO_HEIGHT, PHOTO_WIDTH } from './photos.ts';
import {
  acceptInModel,
  cancelInModel,
  claimInModel,
  createInModel,
  expireLeaseInModel,
  expireTaskInModel,
  failInModel,
  finishInModel,
  refuseInModel,
} from './tasks-model.ts';
import { FEATURES, PLANS, type World } from './world.ts';

type Params = readonly SqlValue[];

/** Where each procedure has the moment at which it happens. */
const NOW_AT: Readonly<Record<string, number>> = {
  ...GROWTH_NOW_AT,
  accept_input_v2: 5,
  cancel_task_v2: 2,
  claim_unit_v3: 4,
  close_attempt_v1: 1,
  create_order_v4: 8,
  create_refund_v4: 8,
  create_task_v4: 13,
  expire_lease_v2: 3,
  expire_lot_v1: 2,
  expire_task_v1: 1,
  fail_unit_v2: 7,
  finish_unit_v2: 5,
  freeze_order_v3: 2,
  refuse_input_v1: 2,
  settle_order_v5: 10,
  settle_refund_v4: 4,
};

const timeOf = (value: SqlValue | undefined): number => Date.parse(`${String(value).replace(' ', 'T')}Z`);

/** The product's database for one operation: each statement waits for its turn, each procedure is judged. */
export function judgedDatabase(world: World, db: Database, call: Call, intent: Intent): Database {
  const statement = <T>(label: string, perform: () => Promise<T>): Promise<T> =>
    call(label, perform, (sent) => new DatabaseUnavailable(sent ? 'unknown' : 'not_sent', new Error('simulated')));
  return {
    query: (sql, params) => statement(nameOf(sql), () => db.query(sql, params)),
    write: (sql, params) => statement(nameOf(sql), () => db.write(sql, params)),
    callProcedure: <Row>(name: string, params: Params) => {
      const askedAtMs = intent.kind === 'run' ? world.nowMs : intent.nowMs;
      return statement(name, async () => {
        const row = await db.callProcedure<Row & { outcome: string }>(name, params);
        judge(world, intent, { name, params, row, askedAtMs });
        if (name === 'finish_unit_v2' && row.outcome !== 'lost')
          for (const key of outputKeys(String(params[4]))) world.recorded.add(key);
        await nameFreshLots(world, db);
        return row;
      });
    },
    close: async () => undefined,
  };
}

/** A fresh lot's id is made of the ledger's number of the deduction, which only the ledger knows. */
async function nameFreshLots(world: World, db: Database): Promise<void> {
  const { lots, entries } = world.model.credits;
  for (const unnamed of lots.filter(({ id }) => id.startsWith('fresh '))) {
    const rows = await db.query<{ id: string | null }>(
      `SELECT l.id FROM quota_entries e LEFT JOIN quota_lots l ON l.source_key = CONCAT('refund:', e.seq)
       WHERE e.merchant_id = ? ORDER BY e.seq`,
      [unnamed.merchant],
    );
    const own = entries.filter(({ merchant }) => merchant === unnamed.merchant);
    unnamed.id = rows[own.findIndex(({ seq }) => unnamed.id === `fresh ${seq}`)]?.id ?? 'missing';
  }
}

const nameOf = (sql: string): string => sql.replace(/\s+/g, ' ').slice(0, 60);

interface Happened {
  readonly name: string;
  readonly params: Params;
  readonly row: { readonly outcome: string; readonly retry_ms?: number };
  readonly askedAtMs: number;
}

function judge(world: World, intent: Intent, { name, params, row, askedAtMs }: Happened): void {
  const nowMs = timeOf(params[NOW_AT[name] ?? -1]);
  if (nowMs !== askedAtMs) world.violate(`${name} was told the wrong time: ${nowMs - askedAtMs} ms off`);
  const foretold = foretell(world, intent, name, params, nowMs);
  // A timer settles many, and a refund's news is not what its operator is answered.
  const isAside =
    intent.kind === 'reconcile' ||
    intent.kind === 'expire' ||
    intent.kind === 'book' ||
    (intent.key !== undefined && name === 'settle_refund_v4');
  tellGrowth(world, name, params, foretold, nowMs);
  if (!isAside) intent.verdict = verdictOf(name, foretold);
  world.note(`    ${name} → ${row.outcome}`);
  const seen = `${name}: ${row.outcome}`;
  world.seen.set(seen, (world.seen.get(seen) ?? 0) + 1);
  const answered = row.outcome === 'rate_limited' ? `rate_limited for ${row.retry_ms} ms` : row.outcome;
  if (answered !== foretold) world.violate(`${name} answered ${answered}; the model says ${foretold}`);
}

function foretell(world: World, intent: Intent, name: string, params: Params, nowMs: number): string {
  const { tasks, credits, orders } = world.model;
  const text = (index: number): string => String(params[index]);
  const task = tasks.get(text(0));
  const at: [number, number] = [Number(params[1]), Number(params[2])];
  switch (name) {
    case 'create_task_v4': {
      const { merchant = '', key = '', hash = '', photos = 0, retryOf = null } = intent;
      const feature = FEATURES.find(({ id }) => id === intent.feature);
      const pace = world.model.paces.get(merchant);
      return createInModel(tasks, credits, { id: text(1), merchant, pace, key, hash, feature, photos, retryOf }, nowMs);
    }
    case 'accept_input_v2':
      checkAccepted(world, `inputs/${text(0)}/${text(1)}`, text(2), `${text(3)}x${text(4)}`);
      return acceptInModel(task, Number(params[1]), text(2), nowMs);
    case 'refuse_input_v1':
      if (!hasBadPhoto(world, text(0))) world.violate('a good photo was refused');
      return refuseInModel(task, credits, text(1), nowMs);
    case 'claim_unit_v3':
      return claimInModel(task, at, text(3), nowMs);
    case 'finish_unit_v2':
      return finishInModel(task, credits, at, text(3), checkOutputs(world, text(3), text(4)), nowMs);
    case 'fail_unit_v2':
      return failInModel(
        task,
        credits,
        at,
        text(3),
        failureOf(world, intent, text(0), text(4)),
        nowMs,
        againOf(params),
      );
    case 'expire_lease_v2':
      return expireLeaseInModel(task, credits, at, nowMs);
    case 'expire_task_v1':
      return expireTaskInModel(task, credits, nowMs);
    case 'cancel_task_v2':
      return cancelInModel(tasks.get(intent.task ?? ''), credits, intent.merchant ?? '', nowMs);
    case 'create_order_v4': {
      const { merchant = '', key = '', hash = '', channel = '', method = '' } = intent;
      const plan = PLANS.find(({ id }) => id === intent.plan);
      return orderInModel(orders, { id: text(1), merchant, plan, channel, method, key, hash }, nowMs).outcome;
    }
    case 'close_attempt_v1':
      return closeInModel(orders, text(0), nowMs);
    case 'settle_order_v5': {
      const news = { number: text(0), channel: text(1), transaction: text(2), amountFen: Number(params[3]) };
      const ids = { lot: text(8), refund: text(9) };
      return settleInModel(world.model, { ...news, ...ids, hold: params[6] === 1 }, nowMs);
    }
    case 'create_refund_v4': {
      const { key = '', hash = '' } = intent;
      return refundInModel(world.model, { order: text(0), id: text(1), mode: text(2), key, hash }, nowMs);
    }
    case 'settle_refund_v4':
      return refundNewsInModel(world.model, text(0), text(1), nowMs);
    case 'freeze_order_v3':
      return freezeInModel(world.model, text(0), params[1] === 1, nowMs);
    case 'expire_lot_v1':
      return expireInModel(credits, text(1), nowMs);
    default: {
      const foretold = foretellGrowth(world, intent, { name, params, nowMs, timeOf });
      if (foretold === undefined) world.violate(`no model of ${name}`);
      return foretold ?? 'unknown to the model';
    }
  }
}

/** When the next attempt may begin, as the product has drawn it. */
const againOf = (params: Params): number | undefined => (params[6] === null ? undefined : timeOf(params[6]));

function checkAccepted(world: World, key: string, etag: string, size: string): void {
  const was = world.versions.get(key)?.includes(etag);
  if (!was || !world.goodPhotos.has(etag)) world.violate('a photo was accepted that never was there, or was bad');
  if (size !== `${PHOTO_WIDTH}x${PHOTO_HEIGHT}`) world.violate(`a photo was accepted as ${size}`);
}

const hasBadPhoto = (world: World, task: string): boolean =>
  [...world.versions].some(([key, etags]) => key.includes(task) && etags.some((etag) => !world.goodPhotos.has(etag)));

/** Results are there before they are recorded, under keys that carry the lease. */
function checkOutputs(world: World, lease: string, json: string): number {
  const keys = outputKeys(json);
  for (const key of keys) {
    if (!world.objects.has(key)) world.violate('a result was recorded that is not in COS');
    if (!key.includes(`/${lease}/`)) world.violate("a result was recorded under another's lease");
  }
  return keys.length;
}

const outputKeys = (json: string): string[] => (JSON.parse(json) as { key: string }[]).map(({ key }) => key);

/**
 * At the end every recorded result is there, and nothing else is under `outputs/` but what was written by a worker that was killed, met a fault, or
 * was never heard of again: that goes by the bucket's rule. Whoever lives to learn that its attempt came to nothing takes its files away.
 */
export function judgeObjects(world: World): void {
  for (const key of world.recorded) if (!world.objects.has(key)) world.violate(`a recorded result is gone: ${key}`);
  for (const [key, writer] of world.writers) {
    const isExcused = writer.faulted() || !writer.isOver();
    if (world.objects.has(key) && !world.recorded.has(key) && !isExcused)
      world.violate(`a file that no row names stays: ${key}`);
  }
}

/** Which failures may be told, given what has happened to the worker and to its photos. */
function failureOf(world: World, intent: Intent, taskId: string, error: string) {
  const task = world.model.tasks.get(taskId);
  const changed = task?.photos.some(({ etag }, n) => world.objects.get(`inputs/${taskId}/${n}`)?.etag !== etag);
  const possible: Record<string, boolean> = {
    PROCESSING_FAILED: intent.work === 'broken' || intent.faulted(),
    GARMENT_NOT_FOUND: intent.work === 'refused',
    INPUT_CHANGED: changed === true,
  };
  if (!possible[error]) world.violate(`a unit failed with ${error}, for which there was no reason`);
  const ours = error === 'PROCESSING_FAILED';
  return { error, ours, final: !ours };
}
