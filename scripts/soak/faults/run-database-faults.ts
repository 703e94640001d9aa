import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultReport, FaultRequest } from '../fault-report.ts';
import { seededRandom } from '../seeded-random.ts';
import { DATABASE_FAULTS, type DatabaseFault } from './database-faults.ts';
import { type FaultGround, openFaultGround } from './fault-ground.ts';
import { judgeRound } from './judge-round.ts';
import { newLoadRecord } from './load-record.ts';
import { startLoad } from './run-load.ts';

export interface Round {
  readonly recoveryMs: number | null;
  readonly violations: readonly string[];
}

const CLIENTS_EACH = 2;
const RECOVERY_LIMIT_MS = 2000;
const RECOVERY_WAIT_MS = 20_000;
const ROOM_LEFT = 0.25;
/** Plans last 30 days and each fault moves the clock on by an hour or a day: a new cloud after so many of each kind. */
const EACH_PER_GROUND = 10;

/** Starts the functions, so that no fault is blamed for their cold start, and shows that the judgement finds nothing. */
const NO_FAULT: DatabaseFault = { kind: 'no fault', strike: () => Promise.resolve(performance.now()) };

/** Faults of the database, and of the clock, under the load of several merchants; each is judged when it is over. */
export async function runDatabaseFaults({ seed, each, say }: FaultRequest): Promise<FaultReport> {
  const skipped: string[] = [];
  const faults: DatabaseFault[] = [];
  for (const fault of DATABASE_FAULTS) {
    const why = (await fault.whyNot?.(say)) ?? null;
    if (why === null) faults.push(fault);
    else skipped.push(`${fault.kind}: ${why}`);
  }
  const counts: Record<string, number> = {};
  const violations: string[] = [];
  const recoveriesMs: number[] = [];
  for (let done = 0; done < each; done += EACH_PER_GROUND) {
    const ground = await openFaultGround(seed + done);
    try {
      const todo = Array.from({ length: Math.min(EACH_PER_GROUND, each - done) }, () => faults).flat();
      for (const [n, fault] of [NO_FAULT, ...todo].entries()) {
        const ofRound = seed + done * faults.length + n;
        const round = await runRound(ground, fault, ofRound);
        violations.push(...round.violations.map((what) => `${fault.kind}, seed ${ofRound}: ${what}`));
        if (fault === NO_FAULT) continue;
        counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
        if (round.recoveryMs !== null) recoveriesMs.push(round.recoveryMs);
      }
      const free = ground.disk?.free() ?? 1;
      if (free < ROOM_LEFT)
        violations.push(`no fault, the load itself left ${Math.round(free * 100)} % of the bounded disk`);
    } finally {
      await ground.close();
    }
    say(sayProgress(counts, recoveriesMs, violations));
  }
  return { counts, skipped, violations, recoveriesMs };
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
  await sleep(150 + random.below(300));
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
  return { recoveryMs, violations };
}

function sayProgress(counts: FaultReport['counts'], recoveriesMs: readonly number[], violations: readonly string[]) {
  const sorted = [...recoveriesMs].sort((a, b) => a - b);
  const [median, max] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((ms) => Math.round(ms ?? 0));
  const done = Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`);
  return `${done.join(', ')}; back after ${median} ms (median), ${max} ms (longest); ${violations.length} violations`;
}
