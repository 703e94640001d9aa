import type { DatabaseEngine } from '../database/find-server.ts';
import type { Bursts } from './bursts/run-bursts.ts';
import type { Effort, Trial } from './mutants/kill-mutants.ts';
import type { Simulated } from './simulation/simulate.ts';

/** A fault planted in the schema before the work begins. */
export interface Planted {
  readonly procedures?: readonly { readonly name: string; readonly text: string }[];
  readonly statements?: readonly string[];
}

interface Span {
  /** The first seed; the others follow. */
  readonly from: number;
  /** Ends at whichever comes first. */
  readonly count: number;
  readonly seconds: number;
  readonly planted?: Planted;
  /** For a fault that is known: it is enough to know that it was seen. */
  readonly unexplained?: true;
}

/** What one process of the proof does, on a database of its own. */
export type ProofJob =
  | ({ readonly kind: 'simulation' } & Span)
  | ({ readonly kind: 'bursts'; readonly engine: DatabaseEngine } & Span)
  | { readonly kind: 'mutants'; readonly names: readonly string[]; readonly effort: Effort };

export interface ProofResults {
  simulation: Simulated;
  bursts: Bursts;
  mutants: Trial[];
}
