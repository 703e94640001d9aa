import { OPERATIONS } from '../../../shared/contract/operations.ts';
import { type FaultReport, type FaultRequest, tooLate } from '../fault-report.ts';
import { buildTestFunctions, type Rewrite } from '../instances/build-test-functions.ts';
import { openGround } from '../instances/fault-ground.ts';
import { startFaultStage } from '../instances/fault-stage.ts';
import { missingScenarios, SCENARIOS } from '../instances/scenarios.ts';
import type { ProductServerRequest } from '../product-server.ts';
import { seededRandom } from '../seeded-random.ts';
import { allCuts, anyCut, fewCuts, HALF_OPEN, sharedBeginning } from './choose-cuts.ts';
import { type Cutting, cutOnce, type Uncut } from './cut-once.ts';
import { type Cut, startCuttingProxy } from './cutting-proxy.ts';

export interface CutOptions {
  /** Default: all. */
  readonly only?: readonly string[];
  /** A planted fault, to see that it is seen. */
  readonly rewrite?: Rewrite;
  readonly change?: ProductServerRequest['change'];
  /** `all`: in three ways at every exchange, as in a long run. `by chance`: only those that seeds choose; every function is looked at uncut all the same. */
  readonly cuts?: 'all' | 'by chance';
  /** Each cut is told, with what was said over the connection. */
  readonly told?: boolean;
}

/**
 * Functions of one kind of caller begin alike. A short run leaves out what one of them asks first as another did that was cut before;
 * timers, events and roles are a kind, too.
 */
const SHORT = 50;
const callerOf = (name: string): string => OPERATIONS.find((operation) => operation.name === name)?.caller ?? 'none';

/**
 * Every function that asks the database, cut at each of its exchanges (connecting included) before it is sent, after it
 * was done but not answered, and in the middle of the answer (in a short run one of them where nothing is written); then `each` cuts by chance, of a random function at a
 * random byte. After each: the right answer or "come again", then the right answer, and the tables of an uncut run.
 */
export async function runCuts(request: FaultRequest, options: CutOptions = {}): Promise<FaultReport> {
  const build = await buildTestFunctions(options.rewrite);
  const stage = await startFaultStage(options.change ? { change: options.change } : {});
  const proxy = await startCuttingProxy({ path: stage.socketPath });
  const counts: Record<string, number> = {};
  const violations: string[] = missingScenarios(build.names);
  const recoveriesMs: number[] = [];
  try {
    const cutting: Cutting = { build, proxy, ground: await openGround(stage, build) };
    const befall = async (name: string, cut: Cut, uncut: Uncut, seed?: number) => {
      const { problems: found, recoveryMs, answer } = await cutOnce(cutting, name, cut, uncut);
      const problems = [...found, ...tooLate(recoveryMs)];
      const label = `${name}: ${cut.kind} of ${uncut.exchanges[cut.exchange]?.label} ${cut.exchange}`;
      violations.push(...problems.map((what) => `${label}${seed === undefined ? '' : `, seed ${seed}`}: ${what}`));
      if (recoveryMs !== undefined) recoveriesMs.push(recoveryMs);
      counts[cut.kind] = (counts[cut.kind] ?? 0) + 1;
      if (options.told) for (const line of tell(uncut, cut, answer.kind, recoveryMs)) request.say(line);
    };
    const learned = new Map<string, Uncut>();
    const names = options.only ?? build.names.filter((one) => Object.hasOwn(SCENARIOS, one));
    const isWhole = (name: string): boolean =>
      HALF_OPEN.includes(name) || request.each > SHORT || options.cuts === 'all';
    for (const name of [...names.filter(isWhole), ...names.filter((one) => !isWhole(one))]) {
      const before = isWhole(name) ? [] : [...learned].filter(([one]) => callerOf(one) === callerOf(name));
      const uncut = await cutOnce(cutting, name, null);
      violations.push(...uncut.problems.map((what) => `${name}, uncut: ${what}`));
      if (uncut.exchanges.length > 0) learned.set(name, uncut);
      const from = Math.max(0, ...before.map(([, { exchanges }]) => sharedBeginning(exchanges, uncut.exchanges)));
      if (options.cuts === 'by chance') continue;
      const cuts = isWhole(name) ? allCuts(name, uncut.exchanges) : fewCuts(name, uncut.exchanges);
      for (const cut of cuts.filter(({ exchange }) => exchange >= from)) await befall(name, cut, uncut);
      request.say(`${name}: ${uncut.exchanges.length - from} of ${uncut.exchanges.length} exchanges cut`);
    }
    for (let seed = request.seed; seed < request.seed + request.each; seed++) {
      const random = seededRandom(seed);
      // In an order that hangs on nothing but the names, so that a seed is the same cut wherever it is asked for.
      const name = random.pick([...learned.keys()].sort());
      const uncut = learned.get(name);
      if (uncut) await befall(name, anyCut(uncut.exchanges, random), uncut, seed);
    }
  } finally {
    await proxy.close();
    await stage.close();
    await build.remove();
  }
  return { counts, skipped: [], violations, recoveriesMs };
}

/** What is said uncut, where it is cut, and what came of it. */
function tell({ exchanges }: Uncut, { exchange, kind, part }: Cut, answer: string, recoveryMs?: number): string[] {
  const where = part === undefined ? kind : `${kind} at ${Math.round(part * 100)} %`;
  return [
    ...exchanges.map(
      ({ label, text }, at) =>
        `  ${at} ${label} ${text.replace(/\s+/g, ' ').slice(0, 100)}${at === exchange ? `  ← ${where}` : ''}`,
    ),
    `  at last ${answer}${recoveryMs === undefined ? '' : `, ${Math.round(recoveryMs)} ms after the first answer`}`,
  ];
}
