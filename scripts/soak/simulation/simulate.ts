import { createHash } from 'node:crypto';
import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { emptyTables, type ProductServer } from '../product-server.ts';
import { type Ground, runSequence } from './run-sequence.ts';
import { reseed } from './seeded-crypto.ts';
import { shrink } from './shrink.ts';
import { makeSequence, type Sequence } from './steps.ts';

/** A sequence that broke a rule, as short as it could be made. */
export interface Counterexample {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
}

export interface Simulated {
  readonly sequences: number;
  /** How often each procedure gave each answer. */
  readonly seen: Readonly<Record<string, number>>;
  /** Of every trace: two runs of the same seeds have the same. */
  readonly digest: string;
  readonly counterexample?: Counterexample;
}

/** Sequences after which the tables are audited as a whole and emptied. */
const BATCH = 400;
/** Everything has ended when a sequence has, so whatever has a deadline is overdue. */
const END_OF_TIME_MS = Date.UTC(8000, 0);
const STATEMENT_TIMEOUT_MS = 2500;

export async function openGround(product: ProductServer): Promise<Ground> {
  const plain = await product.plain();
  await emptyTables(plain);
  return { db: product.open({ statementTimeoutMs: STATEMENT_TIMEOUT_MS }), plain };
}

/**
 * Runs seeds `from` … until `isOver`, and stops at the first that breaks a rule. For a simulation's process.
 * `unexplained`: the counterexample stays as it was found, long.
 */
export async function simulate(
  ground: Ground,
  from: number,
  isOver: (sequences: number) => boolean,
  how: 'explained' | 'unexplained' = 'explained',
): Promise<Simulated> {
  const seen: Record<string, number> = {};
  const digest = createHash('sha256');
  const told = () => ({ sequences, seen, digest: digest.copy().digest('hex').slice(0, 16) });
  let sequences = 0;
  let audited = 0;
  await emptyTables(ground.plain);
  while (!isOver(sequences)) {
    const sequence = makeSequence(from + sequences);
    reseed(sequence.seed);
    const ran = await runSequence(ground, sequence);
    sequences += 1;
    digest.update(ran.trace.join('\n'));
    for (const [outcome, count] of ran.seen) seen[outcome] = (seen[outcome] ?? 0) + count;
    if (ran.violations.length > 0) {
      const { violations, trace } = ran;
      const known = how === 'unexplained' ? { seed: sequence.seed, violations, trace } : undefined;
      return { ...told(), counterexample: known ?? (await explain(ground, sequence, violations)) };
    }
    if (sequences - audited < BATCH && !isOver(sequences)) continue;
    if ((await audit(ground)).length > 0) {
      return { ...told(), counterexample: await findInBatch(ground, from + audited, from + sequences) };
    }
    await emptyTables(ground.plain);
    audited = sequences;
  }
  return told();
}

async function audit({ db }: Ground): Promise<string[]> {
  const violations = await auditLedger(db, END_OF_TIME_MS);
  return violations.map(({ rule, what, row }) => `${rule} ${what}: ${JSON.stringify(row)}`);
}

/** Runs one sequence on empty tables: the same trace every time. */
export async function replay(
  ground: Ground,
  sequence: Sequence,
): Promise<{ violations: readonly string[]; trace: readonly string[] }> {
  await emptyTables(ground.plain);
  reseed(sequence.seed);
  const { violations, trace } = await runSequence(ground, sequence);
  return { violations: violations.length > 0 ? violations : await audit(ground), trace };
}

/** `first`: what was violated in the run that found it; it stands where the sequence alone breaks nothing. */
async function explain(ground: Ground, sequence: Sequence, first: readonly string[]): Promise<Counterexample> {
  const fails = async (smaller: Sequence) => (await replay(ground, smaller)).violations.length > 0;
  const smallest = await shrink(sequence, fails);
  const { violations, trace } = await replay(ground, smallest);
  return {
    seed: sequence.seed,
    violations: violations.length > 0 ? violations : ['only after others:', ...first],
    trace,
  };
}

/** The tables of a batch break a rule that no comparison saw: which sequence of it was it? */
async function findInBatch(ground: Ground, from: number, to: number): Promise<Counterexample> {
  const found = await audit(ground);
  for (let seed = from; seed < to; seed++) {
    const sequence = makeSequence(seed);
    if ((await replay(ground, sequence)).violations.length > 0) return explain(ground, sequence, found);
  }
  return { seed: from, violations: found, trace: [`only together: seeds ${from} to ${to - 1}`] };
}
