import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultReport, type FaultRequest, RECOVERY_LIMIT_MS } from '../fault-report.ts';
import { seededRandom } from '../seeded-random.ts';
import { DATABASE_FAULTS, type DatabaseFault, faultOf } from './database-faults.ts';
import { type FaultGround, openFaultGround } from './fault-ground.ts';
import { judgeRound } from './judge-round.ts';
import { newLoadRecord } from './load-record.ts';
import { startLoad } from './run-load.ts';

export interface Round {
  readonly recoveryMs: number | null;
  /** What clients wanted, and how often they were refused or heard nothing. */
  readonly told: readonly string[];
  readonly violations: readonly string[];
}

const CLIENTS_EACH = 2;
const RECOVERY_WAIT_MS = 20_000;
const ROOM_LEFT = 0.25;
/** Plans last 30 days and each fault moves the clock on by an hour or a day: a new cloud after so many of each kind. */
const EACH_PER_GROUND = 10;

/** Starts the functions, so that no fault is blamed for their cold start, and shows that the judgement finds nothing. */
const NO_FAULT: DatabaseFault = { kind: 'no fault', strike: () => Promise.resolve(performance.now()) };

/** Its seed is none of those of faults, whose clients' keys begin with it. */
const NO_FAULT_SEED = 900_000_000;

/** Faults of the database, and of the clock, under the load of several merchants; each is judged when it is over. */
export async function runDatabaseFaults({ seed, each, say }: FaultRequest): Promise<FaultReport> {
  const skipped: string[] = [];
  const faults = new Set<DatabaseFault>();
  for (const fault of DATABASE_FAULTS) {
    const why = (await fault.whyNot?.(say)) ?? null;
    if (why === null) faults.add(fault);
    else skipped.push(`${fault.kind}: ${why}`);
  }
  const counts: Record<string, number> = {};
  const violations: string[] = [];
  const recoveriesMs: number[] = [];
  const kinds = DATABASE_FAULTS.length;
  for (let done = 0; done < each; done += EACH_PER_GROUND) {
    const first = seed + done * kinds;
    const ground = await openFaultGround(first);
    try {
      violations.push(...sayWith(NO_FAULT, first, await runRound(ground, NO_FAULT, NO_FAULT_SEED + first)));
      for (let ofRound = first; ofRound < first + Math.min(EACH_PER_GROUND, each - done) * kinds; ofRound++) {
        const fault = faultOf(ofRound);
        if (!faults.has(fault)) continue;
        const round = await runRound(ground, fault, ofRound);
        violations.push(...sayWith(fault, ofRound, round));
        counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
        if (round.recoveryMs !== null) recoveriesMs.push(round.recoveryMs);
      }
      violations.push(...(await judgeLoad(ground)));
    } finally {
      await ground.close();
    }
    say(sayProgress(counts, recoveriesMs, violations));
  }
  return { counts, skipped, violations, recoveriesMs, lastSeed: seed + each * kinds - 1 };
}

const sayWith = ({ kind }: DatabaseFault, seed: number, { violations }: Round): string[] =>
  violations.map((what) => `${kind}, seed ${seed}: ${what}`);

/** What the load of all rounds must have come to, or it would show little. */
async function judgeLoad({ disk, stage: { db } }: FaultGround): Promise<string[]> {
  const free = disk?.free() ?? 1;
  const [done] = await db.query<{ tasks: number }>("SELECT COUNT(*) AS tasks FROM tasks WHERE state = 'succeeded'");
  return [
    ...(free < ROOM_LEFT ? [`no fault, the load itself left ${Math.round(free * 100)} % of the bounded disk`] : []),
    ...(done?.tasks ? [] : ['no fault, not one task of the load succeeded']),
  ];
}

/** The fault of a seed again, on a ground of its own, told. @returns the rules that it breaks */
export async function replayFault(seed: number, say: (line: string) => void): Promise<readonly string[]> {
  const fault = faultOf(seed);
  const why = (await fault.whyNot?.(say)) ?? null;
  if (why !== null) return [`${fault.kind}: ${why}`];
  const ground = await openFaultGround(seed);
  try {
    const before = await runRound(ground, NO_FAULT, NO_FAULT_SEED + seed);
    const round = await runRound(ground, fault, seed);
    say(`${fault.kind}: first success after ${Math.round(round.recoveryMs ?? -1)} ms`);
    for (const line of round.told) say(`  ${line}`);
    return [...sayWith(NO_FAULT, seed, before), ...sayWith(fault, seed, round)];
  } finally {
    await ground.close();
  }
}

/** One fault in the middle of a load, and its judgement. */
export async function runRound(
  ground: FaultGround,
  { strike, excuses, isNoticed }: Omit<DatabaseFault, 'kind' | 'whyNot'>,
  seed: number,
  planted: { readonly newKeyEachTry?: boolean } = {},
): Promise<Round> {
  const random = seededRandom(seed);
  const record = newLoadRecord(excuses);
  await Promise.all(ground.merchants.map((merchant) => merchant.refresh()));
  const endLoad = startLoad({ merchants: ground.merchants, clientsEach: CLIENTS_EACH, seed, record, ...planted });
  await sleep(120 + random.below(200));
  const overAtMs = await strike(ground, random);
  const recoveryMs = await record.firstSuccess(overAtMs, RECOVERY_WAIT_MS);
  await sleep(100);
  await endLoad();
  const violations = await judgeRound(ground, record, seed);
  if (record.told.length === 0) violations.push('nobody was told anything, so nothing could be lost');
  if (isNoticed && !record.failures.has(0) && !record.failures.has(503)) violations.push('no client noticed the fault');
  if (recoveryMs === null || recoveryMs > RECOVERY_LIMIT_MS) {
    violations.push(`the first success came ${recoveryMs === null ? 'never' : `${Math.round(recoveryMs)} ms later`}`);
  }
  const told = [
    ...record.intents.map(
      ({ kind, merchant, keys, id }) => `${merchant.id} wants a ${kind} by ${keys.join(', ')}: ${id ?? 'not told'}`,
    ),
    ...[...record.failures].map(([status, times]) => `${times} times ${status === 0 ? 'no answer' : status}`),
  ];
  return { recoveryMs, violations, told };
}

function sayProgress(counts: FaultReport['counts'], recoveriesMs: readonly number[], violations: readonly string[]) {
  const sorted = [...recoveriesMs].sort((a, b) => a - b);
  const [median, max] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((ms) => Math.round(ms ?? 0));
  const done = Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`);
  return `${done.join(', ')}; back after ${median} ms (median), ${max} ms (longest); ${violations.length} violations`;
}
