import { auditLedger } from '../../../shared/ops/audit-ledger.ts';
import { emptyTables, type ProductServer } from '../product-server.ts';
import { type Ground, type Ran, runSequence } from './run-sequence.ts';
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
  readonly seen: Readonly<Record<string, number>>;
  readonly counterexample?: Counterexample;
}

/** Sequences after which the tables are audited as a whole and emptied. */
const BATCH = 400;

export async function openGround(product: ProductServer): Promise<Ground> {
  const plain = await product.plain();
  await emptyTables(plain);
  return { db: product.open(), plain, nextSeq: 1 };
}

async function clear(ground: Ground): Promise<void> {
  await emptyTables(ground.plain);
  ground.nextSeq = 1;
}

/** Runs one sequence on empty tables: the same trace every time. */
export async function replay(ground: Ground, sequence: Sequence): Promise<Ran> {
  await clear(ground);
  reseed(sequence.seed);
  return runSequence(ground, sequence);
}

/** Runs seeds `from` … until `isOver`, and stops at the first that breaks a rule. */
export async function simulate(
  ground: Ground,
  from: number,
  isOver: (sequences: number) => boolean,
): Promise<Simulated> {
  const seen: Record<string, number> = {};
  let sequences = 0;
  await clear(ground);
  while (!isOver(sequences)) {
    const sequence = makeSequence(from + sequences);
    reseed(sequence.seed);
    const { violations, seen: here } = await runSequence(ground, sequence);
    sequences += 1;
    for (const [outcome, count] of here) seen[outcome] = (seen[outcome] ?? 0) + count;
    if (violations.length > 0) return { sequences, seen, counterexample: await explain(ground, sequence) };
    if (sequences % BATCH === 0 || isOver(sequences)) {
      const audited = await auditLedger(ground.db, Date.UTC(2100, 0));
      if (audited.length > 0) {
        const what = audited.map(({ rule, what: broken, row }) => `${rule} ${broken}: ${JSON.stringify(row)}`);
        return { sequences, seen, counterexample: { seed: sequence.seed, violations: what, trace: [] } };
      }
      await clear(ground);
    }
  }
  return { sequences, seen };
}

async function explain(ground: Ground, sequence: Sequence): Promise<Counterexample> {
  const fails = async (smaller: Sequence) => (await replay(ground, smaller)).violations.length > 0;
  const smallest = await shrink(sequence, fails);
  const { violations, trace } = await replay(ground, smallest);
  await clear(ground);
  return { seed: sequence.seed, violations, trace };
}
