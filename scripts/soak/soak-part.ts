/** What a part of the soak is given. */
export interface SoakRequest {
  /** 1: as much as the proof asks for. */
  readonly scale: number;
  /** For the part that can be asked for one stored procedure alone. */
  readonly procedure?: string | undefined;
  /** What a part that goes on has done before, by the same code. */
  readonly before: SoakOutcome | null;
  /** True once the run is to end: a part then stops at the next place where nothing is lost. */
  readonly isOver: () => boolean;
  readonly say: (line: string) => void;
  /** Keeps what has been done so far, in case that the machine is switched off. */
  readonly keep: (outcome: SoakOutcome) => Promise<void>;
}

export interface SoakOutcome {
  readonly counts: Readonly<Record<string, number>>;
  readonly seeds: readonly [number, number];
  /** Of all runs of this part. */
  readonly seconds: number;
  readonly notes: readonly string[];
  /** Empty, or the part has found something. */
  readonly violations: readonly string[];
}

export type SoakPart = (request: SoakRequest) => Promise<SoakOutcome>;
