/** What a process that may be killed is told: the one call that it makes. */
export interface CrashOrder {
  readonly event: object;
  readonly nowMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it dies: the `nth` time (from 1) that it comes by; null to live. */
  readonly at: Pick<Reached, 'point' | 'nth'> | null;
}

/** A point, come by for the `nth` time, after `effects` things were sent to the outside, `writes` of which may have changed something there. */
export interface Reached {
  readonly point: string;
  readonly nth: number;
  readonly effects: number;
  readonly writes: number;
}

/** What it says when it has lived. */
export interface CrashAnswer {
  readonly value?: unknown;
  readonly threw?: { readonly name: string; readonly message: string };
  /** Every point that it came by, in order. */
  readonly reached: readonly Reached[];
}
