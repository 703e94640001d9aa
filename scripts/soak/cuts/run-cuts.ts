import { OPERATIONS } from '../../../shared/contract/operations.ts';
import type { FaultReport, FaultRequest } from '../fault-report.ts';
import { buildTestFunctions, type Rewrite } from '../instances/build-test-functions.ts';
import { openGround } from '../instances/fault-ground.ts';
import { startFaultStage } from '../instances/fault-stage.ts';
import { missingScenarios, SCENARIOS } from '../instances/scenarios.ts';
import type { ProductServerRequest } from '../product-server.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { type Cutting, cutOnce, type Uncut } from './cut-once.ts';
import { type Cut, type CutKind, startCuttingProxy } from './cutting-proxy.ts';

export interface CutOptions {
  /** Default: all. */
  readonly only?: readonly string[];
  /** A planted fault, to see that it is seen. */
  readonly rewrite?: Rewrite;
  readonly change?: ProductServerRequest['change'];
}

/** Half-open connections cost the time limit of a statement each, hasty as it is. */
const HALF_OPEN = ['create-task', 'pay-callback-wechat', 'start-task'];

/**
 * Functions of one kind of caller begin alike: in a short run one of each kind is cut from its first exchange on, and the others where
 * they do what is theirs: their last exchanges, so many.
 */
const WHOLE = ['create-task', 'get-task', 'refund-order'];
const OWN = { operator: { GET: 1, POST: 3 }, merchant: { GET: 2, POST: 4 } } as const;
const ALIKE = new Map<string, number>(
  OPERATIONS.flatMap(({ caller, name, method }) =>
    (caller === 'operator' || caller === 'merchant') && !WHOLE.includes(name) ? [[name, OWN[caller][method]]] : [],
  ),
);
const SHORT = 50;

/**
 * Every function that asks the database, cut at each of its exchanges (connecting included) before it is sent, after it
 * was done but not answered, and in the middle of the answer; then `each` cuts by chance, of a random function at a
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
      const { problems, recoveryMs } = await cutOnce(cutting, name, cut, uncut);
      const label = `${name}: ${cut.kind} of ${uncut.exchanges[cut.exchange]} ${cut.exchange}`;
      violations.push(...problems.map((what) => `${label}${seed === undefined ? '' : `, seed ${seed}`}: ${what}`));
      if (recoveryMs !== undefined) recoveriesMs.push(recoveryMs);
      counts[cut.kind] = (counts[cut.kind] ?? 0) + 1;
    };
    const learned = new Map<string, Uncut>();
    for (const name of options.only ?? build.names.filter((one) => Object.hasOwn(SCENARIOS, one))) {
      const uncut = await cutOnce(cutting, name, null);
      violations.push(...uncut.problems.map((what) => `${name}, uncut: ${what}`));
      if (uncut.exchanges.length > 0) learned.set(name, uncut);
      const own = request.each <= SHORT ? ALIKE.get(name) : undefined;
      const from = own === undefined ? 0 : Math.max(0, uncut.exchanges.length - own);
      for (const cut of allCuts(name, uncut.exchanges).filter(({ exchange }) => exchange >= from))
        await befall(name, cut, uncut);
      request.say(`${name}: ${uncut.exchanges.length} exchanges cut`);
    }
    for (let seed = request.seed; seed < request.seed + request.each; seed++) {
      const random = seededRandom(seed);
      const name = random.pick([...learned.keys()]);
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

function allCuts(name: string, exchanges: readonly string[]): Cut[] {
  return exchanges.flatMap((label, exchange) => {
    const kinds: CutKind[] =
      label === 'greeting' ? ['beforeSend', 'midReply'] : ['beforeSend', 'afterSend', 'midReply'];
    if (HALF_OPEN.includes(name)) kinds.push('halfOpen');
    return kinds.map((kind) => ({ exchange, kind }));
  });
}

function anyCut(exchanges: readonly string[], random: SeededRandom): Cut {
  const exchange = random.below(exchanges.length);
  const kinds: CutKind[] = exchanges[exchange] === 'greeting' ? ['midReply'] : ['midRequest', 'midReply'];
  return { exchange, kind: random.pick(kinds), part: random.below(1000) / 1000 };
}
