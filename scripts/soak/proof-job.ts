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

/** One seed again, told step by step. */
export interface ReplayJob {
  readonly part: 'simulation' | 'bursts';
  readonly engine?: DatabaseEngine;
  readonly seed: number;
  /** Of a burst: runs of that seed; of the simulation: that many seeds, until one breaks a rule. */
  readonly tries: number;
  /** Runs that making it shorter may take; unless said, as many as the simulation itself takes. */
  readonly shrinkRuns?: number;
  readonly planted?: Planted;
}

export interface Replayed {
  /** What happened, in order. */
  readonly trace: readonly string[];
  readonly violations: readonly string[];
  /** The same as short as it could be made, for a person. */
  readonly shortest?: string;
}

/** What one process of the proof does, on a database of its own. */
export type ProofJob =
  | ({ readonly kind: 'simulation' } & Span)
  | ({ readonly kind: 'bursts'; readonly engine: DatabaseEngine } & Span)
  | ({ readonly kind: 'replay' } & ReplayJob)
  | { readonly kind: 'mutants'; readonly names: readonly string[]; readonly effort: Effort };

export interface ProofResults {
  simulation: Simulated;
  bursts: Bursts;
  replay: Replayed;
  mutants: Trial[];
}
