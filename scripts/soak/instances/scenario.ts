import type { FaultGround } from './fault-ground.ts';

/** What one function does in one state of the world. */
export interface Scenario {
  /** Brings the world there; answers the event that the function is then handed. */
  readonly prepare: (ground: FaultGround) => Promise<object>;
  /** What events and timers do afterwards is waited for. */
  readonly settles?: boolean;
  /** Its rows carry the moment of the attempt that wrote them. */
  readonly timeless?: boolean;
  /** Tables that hold what earlier runs at the cashier have left. */
  readonly ignores?: readonly string[];
  /** The timer that goes on where the function was stopped: its ticks are waited for. */
  readonly asksAgain?: string;
  /** A bad answer is passed on for so long: its caller asks again then, not at once. */
  readonly badForMs?: number;
  /**
   * Codes and tokens work once. When the first call used one up and its answer was lost, the second is told so, with
   * this code; `marks` names the tables in which that is seen.
   */
  readonly spent?: { readonly code: string; readonly marks: readonly string[] };
}
