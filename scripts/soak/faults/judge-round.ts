import { setTimeout as sleep } from 'node:timers/promises';
import { queryQuota } from '../../../shared/contract/quota.ts';
import { auditAcknowledged } from '../../../shared/ops/audit-acknowledged.ts';
import { auditLedger, type Violation } from '../../../shared/ops/audit-ledger.ts';
import type { FaultGround } from './fault-ground.ts';
import type { LoadMerchant } from './load-merchant.ts';
import type { Intent, LoadRecord } from './load-record.ts';
import { askAgain } from './run-load.ts';

const IDLE_WITHIN_MS = 12_000;
const OVER_EVERY_DEADLINE_MS = 61 * 60_000;
/** Of an event, by the platform. The sweeper's timer and the cashier try sooner. */
const NEXT_TRY_MS = 60_000;
const LET_TIMERS_FIRE_MS = 10;
const DRAINS = 10;
const ASKED_AGAIN = 12;
const PLAN_CREDITS = 100;

/** What is broken after a fault, in sentences: whatever was acknowledged must be there, once, and everything must end. */
export async function judgeRound(ground: FaultGround, record: LoadRecord, seed: number): Promise<string[]> {
  const { db, cloud } = ground.stage;
  const broken: string[] = [];
  await waitUntilIdle(ground);
  broken.push(...(await compareIntents(ground, record, seed)));
  broken.push(...(await auditAcknowledged(db, record.told)).map(sayViolation));
  broken.push(...(await askSomeAgain(record)));
  broken.push(...(await drain(ground)));
  broken.push(...(await auditLedger(db, cloud.clock.now())).map(sayViolation));
  for (const merchant of ground.merchants) broken.push(...(await compareCredits(ground, merchant, record)));
  return [...broken, ...record.wrong];
}

const sayViolation = ({ rule, what, row }: Violation): string => `${rule} ${what}: ${JSON.stringify(row)}`;

/** Clients that gave up left requests behind that are still under way. */
async function waitUntilIdle({ stage: { cloud } }: FaultGround): Promise<void> {
  const untilMs = performance.now() + IDLE_WITHIN_MS;
  while (cloud.scf.instances().some(({ state }) => state === 'busy') && performance.now() < untilMs) await sleep(20);
}

/** One intent is one task, the one that was answered; an order may be shared, for an open one is offered again. */
async function compareIntents(
  { stage: { db } }: FaultGround,
  { intents }: LoadRecord,
  seed: number,
): Promise<string[]> {
  const broken: string[] = [];
  const made = new Map<string, string[]>();
  for (const table of ['tasks', 'orders']) {
    const rows = await db.query<{ name: string; id: string }>(
      `SELECT CONCAT(merchant_id, ' ', idempotency_key) AS name, id FROM ${table} WHERE idempotency_key LIKE ?`,
      [`${seed}.%`],
    );
    for (const { name, id } of rows) made.set(name, [...(made.get(name) ?? []), id]);
  }
  for (const { kind, merchant, keys, id } of intents) {
    const ids = keys.flatMap((key) => {
      const found = made.get(`${merchant.id} ${key}`) ?? [];
      made.delete(`${merchant.id} ${key}`);
      return found;
    });
    const which = `${kind} wanted once under ${keys[0]}`;
    if (ids.length > 1) broken.push(`I3 ${which} was made ${ids.length} times: ${ids.join(', ')}`);
    if (kind === 'task' && id !== undefined && !ids.includes(id)) {
      broken.push(`I2 ${which} was acknowledged as ${id}, but is ${ids.join(', ') || 'nothing'}`);
    }
  }
  for (const [name, ids] of made) broken.push(`I3 nobody asked for ${ids.join(', ')} (${name})`);
  return broken;
}

async function askSomeAgain(record: LoadRecord): Promise<string[]> {
  const answered = record.intents.filter((intent) => intent.id !== undefined);
  const step = Math.max(1, Math.floor(answered.length / ASKED_AGAIN));
  const some: Intent[] = answered.filter((_, n) => n % step === 0);
  const ids = await Promise.all(some.map((intent) => askAgain(intent, record)));
  return some.flatMap(({ kind, keys, id }, n) =>
    ids[n] === id ? [] : [`I2 ${kind} ${keys[0]} was answered ${id}, and later ${ids[n]}`],
  );
}

/** Lets everything end: deadlines pass, lost events are delivered again, the sweeper looks, notices come once more. */
async function drain({ stage: { db, cloud } }: FaultGround): Promise<string[]> {
  let open: { id: string; state: string }[] = [];
  for (let n = 0; n < DRAINS; n++) {
    cloud.clock.shift(n === 0 ? OVER_EVERY_DEADLINE_MS : NEXT_TRY_MS);
    await sleep(LET_TIMERS_FIRE_MS);
    await Promise.all([cloud.cashier.tick(), cloud.scf.settled()]);
    open = await db.query(`SELECT id, state FROM tasks WHERE ended_at IS NULL UNION ALL
      SELECT id, state FROM orders WHERE state <> 'paid' AND id IN (${paidOrders(cloud).map((id) => `'${id}'`)})`);
    if (open.length === 0) return [];
  }
  return open.map(({ id, state }) => `I6 ${id} is still ${state}`);
}

const paidOrders = (cloud: FaultGround['stage']['cloud']): string[] =>
  cloud.cashier.orders().flatMap(({ state, outTradeNo }) => (state === 'SUCCESS' ? [outTradeNo] : []));

/** Every credit that was paid for is there in the end, but for what was done. */
async function compareCredits(
  { stage: { db, cloud } }: FaultGround,
  merchant: LoadMerchant,
  record: LoadRecord,
): Promise<string[]> {
  const orders = await db.query<{ id: string }>('SELECT id FROM orders WHERE merchant_id = ?', [merchant.id]);
  const paid = new Set(paidOrders(cloud));
  const [done] = await db.query<{ spent: string }>(
    "SELECT COALESCE(SUM(credits), 0) AS spent FROM tasks WHERE merchant_id = ? AND state = 'succeeded'",
    [merchant.id],
  );
  const due = PLAN_CREDITS * orders.filter(({ id }) => paid.has(id)).length - Number(done?.spent);
  const quota = await merchant.ask(queryQuota, {}, { record });
  return quota?.available === due ? [] : [`I1 ${merchant.id} has ${quota?.available} credits, and ${due} are due`];
}
